//! Who can: a permission and a store, and the people who hold it there (product §2.5).

mod export;
mod matrix;
mod sql;

use std::collections::BTreeMap;

use access::actions::ViewWhoCan;
use access::lookup::answer;
use access::{
    Action, Answer, Denied, Effect, Instant, Permission, Person, Question, Reach, Step, StoreId,
    UserId, Visible, explain,
};
use domain::page::Count;
use domain::users::StoresLine;
use domain::who_can::{Because, Exception, Giving, WhoCanQuery, WhoCanRow, WhoCanView};
use sqlx::AnyConnection;

use self::sql::{Candidate, Source, Want};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::paging::{self, Cursor};
use crate::people::{self, Group};
use crate::time::day_before;
use crate::visitor::Staff;

pub use export::export;
pub use matrix::export as export_access;

/// People on a page.
const PAGE: usize = 25;
/// How many who might hold it are looked at to count those who do; of more, nobody wants to know.
const COUNTED: usize = 400;
/// How many are looked at in one step on the way to a page.
const STEP: usize = 100;

/// The people who hold a permission in a store, as far as the person who asks may see them.
///
/// # Errors
/// When they may not see people anywhere; not found for a permission that is none, and for a
/// store in which they don't manage people.
pub async fn view(
    kh: &Keyholder,
    staff: &Staff,
    query: WhoCanQuery,
) -> Result<WhoCanView, Failure> {
    kh.meets::<ViewWhoCan>(staff).await?;
    let question = question::<ViewWhoCan>(kh, staff, &query).await?;
    kh.sees::<ViewWhoCan>(staff, &question).await?;
    let mut conn = kh.reader().acquire().await?;
    let look_up = LookUp::begin(&mut conn, staff, question).await?;
    let cursor = Cursor::read(&query.page);

    let first = |working, limit| Want {
        working,
        from: None,
        back: false,
        limit,
    };
    let working = sql::candidates(&mut conn, &look_up, first(true, COUNTED + 1)).await?;
    let (more, mut holders) = look_up.counted(staff, working);
    let total = count(holders.len(), more);
    let away = sql::candidates(&mut conn, &look_up, first(false, COUNTED + 1)).await?;
    let (more, away) = look_up.answered(staff, away);
    let how_many = |wanted| {
        count(
            away.iter().filter(|(answer, _)| *answer == wanted).count(),
            more,
        )
    };

    let counted_whole = !total.more;
    if cursor.is_some() || !(counted_whole || holders.len() > PAGE) {
        holders = look_up.page(&mut conn, staff, cursor.as_ref()).await?;
    }
    let found = paging::Found::cut(holders, PAGE, cursor.as_ref());
    let people = told(&mut conn, found.rows()).await?;
    Ok(WhoCanView {
        permission: question.permission,
        store: question.store,
        stores: staff.offered(&look_up.visible, question.store),
        page: found.page(total, place, |found| look_up.row(staff, found, &people)),
        invited: how_many(Answer::Invited),
        gone: how_many(Answer::Gone),
    })
}

fn count(n: usize, more: bool) -> Count {
    Count {
        n: u32::try_from(n).unwrap_or(u32::MAX),
        more,
    }
}

fn place(candidate: &Candidate) -> (String, String) {
    (candidate.name_sort.clone(), candidate.person.id.to_string())
}

/// What is asked: of business scope there is no store to ask about, nor where there is but one.
async fn question<A: Action>(
    kh: &Keyholder,
    staff: &Staff,
    query: &WhoCanQuery,
) -> Result<Question, Failure> {
    let permission = match query.permission.as_str() {
        "" => Permission::ALL.first().copied(),
        key => Permission::from_key(key),
    };
    let store = match query.store.as_str() {
        "" => Some(None),
        id => id.parse::<StoreId>().ok().map(Some),
    };
    let (Some(permission), Some(store)) = (permission, store) else {
        return Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await);
    };
    let asks_for_store = permission.asks_for_store() && !staff.one_store();
    Ok(Question {
        permission,
        store: store.filter(|_| asks_for_store),
    })
}

/// A question with what is needed to find its answer.
pub(super) struct LookUp {
    question: Question,
    groups: Vec<Group>,
    visible: Visible,
    source: Source,
    now: Instant,
}

impl LookUp {
    async fn begin(
        conn: &mut AnyConnection,
        staff: &Staff,
        question: Question,
    ) -> Result<Self, Failure> {
        let mut look_up = Self {
            question,
            groups: people::groups(conn).await?,
            visible: staff.caller.visible(Permission::SettingsUsers, None)?,
            source: Source::Everybody,
            now: staff.caller.now,
        };
        look_up.source = sql::source(conn, &look_up).await?;
        Ok(look_up)
    }

    /// What the access rules say of each of the first [`COUNTED`], and whether there are more.
    fn answered(
        &self,
        staff: &Staff,
        candidates: Vec<Candidate>,
    ) -> (bool, Vec<(Answer, Candidate)>) {
        let more = candidates.len() > COUNTED;
        let answers = candidates
            .into_iter()
            .take(COUNTED)
            .map(|found| (answer(&staff.caller, &self.question, &found.person), found));
        (more, answers.collect())
    }

    /// Those of the first [`COUNTED`] who hold it.
    fn counted(&self, staff: &Staff, candidates: Vec<Candidate>) -> (bool, Vec<Candidate>) {
        let (more, answers) = self.answered(staff, candidates);
        let holders = answers.into_iter().filter_map(holder);
        (more, holders.collect())
    }

    /// Those who hold it, of these.
    fn holders(&self, staff: &Staff, candidates: Vec<Candidate>) -> Vec<Candidate> {
        candidates
            .into_iter()
            .map(|found| (answer(&staff.caller, &self.question, &found.person), found))
            .filter_map(holder)
            .collect()
    }

    /// Those who hold it from a place on: a page and one more, in the direction of the cursor.
    async fn page(
        &self,
        conn: &mut AnyConnection,
        staff: &Staff,
        cursor: Option<&Cursor>,
    ) -> Result<Vec<Candidate>, Failure> {
        let mut from = cursor.map(|cursor| (cursor.key.clone(), cursor.id.clone()));
        let mut page = Vec::new();
        loop {
            let want = Want {
                working: true,
                from: from.as_ref().map(|(key, id)| (key.as_str(), id.as_str())),
                back: cursor.is_some_and(|cursor| cursor.back),
                limit: STEP,
            };
            let candidates = sql::candidates(conn, self, want).await?;
            let was_last = candidates.len() < STEP;
            from = candidates.last().map(place);
            page.extend(self.holders(staff, candidates));
            if was_last || page.len() > PAGE {
                return Ok(page);
            }
        }
    }

    /// Somebody who holds it, as they are shown.
    fn row(&self, staff: &Staff, found: Candidate, people: &BTreeMap<UserId, Person>) -> WhoCanRow {
        let person = people.get(&found.person.id).unwrap_or(&found.person);
        WhoCanRow {
            because: self.because(staff, person),
            groups: self.groups_of(staff, person),
            stores: self.stores_of(staff, person),
            locked: found.locked_until > self.now.0,
            id: found.person.id,
            name: found.name,
        }
    }

    /// Where it comes from, out of the explanation that Why shows.
    fn because(&self, staff: &Staff, person: &Person) -> Because {
        let Question { permission, store } = self.question;
        let all_stores = &staff.caller.all_stores;
        let trail = explain(person, all_stores, permission, store, self.now).trail;
        if trail
            .iter()
            .any(|step| matches!(step, Step::SuperAdmin { .. }))
        {
            return Because::SuperAdmin;
        }
        let zone = &staff.business.time_zone;
        let exception = trail.iter().find_map(|step| match step {
            Step::Override {
                effect: Effect::Allow,
                author_name,
                until,
                ended: false,
                ..
            } => Some(Exception {
                by: author_name.clone(),
                until: until.map(|until| day_before(until, self.now, zone).day),
            }),
            _ => None,
        });
        if let Some(exception) = exception {
            return Because::Override(exception);
        }
        let giving = trail.into_iter().filter_map(|step| match step {
            Step::Group {
                name,
                reach,
                gives: true,
                ..
            } => Some(Giving {
                group: name,
                store: self.seen_at(staff, reach)?,
            }),
            _ => None,
        });
        Because::Groups(giving.collect())
    }

    /// The name of the one store of a membership; nothing at all where its people are not for the
    /// person who asks to see.
    #[expect(
        clippy::option_option,
        reason = "whether it shows at all, and then the one store if it is for one"
    )]
    fn seen_at(&self, staff: &Staff, reach: Reach) -> Option<Option<String>> {
        match reach {
            Reach::AllTheirStores => Some(None),
            Reach::Store(store) if self.visible.shows(store) => {
                Some(Some(staff.store_name(store)?.to_owned()))
            }
            Reach::Store(_) => None,
        }
    }

    /// Groups in one line, those for stores that are not for the person who asks left out.
    fn groups_of(&self, staff: &Staff, person: &Person) -> String {
        let shown: Vec<(&str, Option<String>)> = person
            .memberships
            .iter()
            .filter_map(|m| Some((m.name.as_str(), self.seen_at(staff, m.reach)?)))
            .collect();
        people::groups_line(shown.iter().map(|(name, store)| (*name, store.as_deref())))
    }

    /// Stores in one line, those that are not for the person who asks left out.
    fn stores_of(&self, staff: &Staff, person: &Person) -> StoresLine {
        let works_in = person.works_in(&staff.caller.all_stores);
        if self.visible.whole_business() && works_in.len() == staff.stores.len() {
            return StoresLine::All(u32::try_from(works_in.len()).unwrap_or(u32::MAX));
        }
        let shown = staff
            .stores
            .iter()
            .filter(|store| self.visible.shows(store.id) && works_in.contains(&store.id));
        StoresLine::These(shown.map(|store| store.name.clone()).collect())
    }
}

fn holder((answer, candidate): (Answer, Candidate)) -> Option<Candidate> {
    (answer == Answer::Holds).then_some(candidate)
}

/// The same people with who made their overrides, for their explanation.
async fn told(
    conn: &mut AnyConnection,
    holders: &[Candidate],
) -> Result<BTreeMap<UserId, Person>, Failure> {
    let ids: Vec<UserId> = holders.iter().map(|found| found.person.id).collect();
    let people = people::several(conn, &ids).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id, person))
        .collect())
}
