//! Judging the lines: what the form of a new user would say to each, and what the access rules
//! decide about the person it makes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use access::guards::may_import;
use access::{
    Denied, GroupId, Membership, Permission, Person, Reach, Rule, Standing, StoreId, UserId,
};
use domain::imports::{Column, LineCode, LineProblem};
use domain::{ProblemCode, Problems};
use serde::{Deserialize, Serialize};

use super::file::Line;
use super::nearly::Nearly;
use crate::db::fold::{fold, fold_email};
use crate::people::Group;
use crate::visitor::Staff;

/// Most problems that are told of one line: whoever has put these right learns of the others.
const PROBLEMS_MAX: usize = 8;
/// Most characters of a cell's word that are repeated in a problem.
const WORD_MAX: usize = 80;

/// What was found about a line.
pub(super) struct Verdict {
    /// What is to be put right.
    pub problems: Vec<LineProblem>,
    /// The person whom the line makes, if nothing is.
    pub person: Option<Person>,
    /// The access rules refused the person.
    pub denied: Option<Denied>,
}

impl Verdict {
    /// What the line stands for, if nothing is wrong with it.
    pub(super) fn meaning(&self) -> Option<Meaning> {
        self.person.as_ref().map(Meaning::of)
    }

    /// The line is wrong if it stands for something else than when it was shown: a group or a store
    /// was renamed since, and nobody has seen what is to be imported.
    pub(super) fn hold_to(&mut self, shown: &Meaning) {
        let Some(now) = self.meaning() else { return };
        let changed = [
            (Column::Groups, now.groups != shown.groups),
            (Column::Stores, now.stores != shown.stores),
        ];
        let mut found = Found::default();
        for (column, _) in changed.into_iter().filter(|(_, changed)| *changed) {
            found.add(Some(column), LineCode::Renamed);
        }
        if !found.problems.is_empty() {
            self.problems = found.problems;
            self.person = None;
        }
    }
}

/// A store of the business.
struct Store {
    id: StoreId,
    name: String,
    /// The importer may put people there.
    offered: bool,
}

/// The groups and stores that a line stands for; their names may change, these don't.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meaning {
    groups: Vec<(GroupId, Reach)>,
    stores: Vec<StoreId>,
}

impl Meaning {
    fn of(person: &Person) -> Self {
        let groups = person.memberships.iter();
        Self {
            groups: groups.map(|held| (held.group, held.reach)).collect(),
            stores: person.stores.clone(),
        }
    }
}

/// Who has an address: known to the importer or not.
pub(super) type Holders = HashMap<String, bool>;

/// Judges the lines of one file, in their order.
pub(super) struct Judge<'a> {
    staff: &'a Staff,
    groups: HashMap<String, &'a Group>,
    stores: Vec<Store>,
    /// Stores by folded name and code.
    stores_by_word: HashMap<String, usize>,
    holders: &'a Holders,
    /// On which line each address was seen first.
    seen: HashMap<String, u32>,
    nearly: Nearly,
}

impl<'a> Judge<'a> {
    /// For an importer, with all groups, and who has the addresses of the file.
    pub(super) fn new(staff: &'a Staff, groups: &'a [Group], holders: &'a Holders) -> Self {
        let managed = staff
            .caller
            .effective
            .stores_with(Permission::SettingsUsers);
        let stores: Vec<Store> = staff
            .stores
            .iter()
            .map(|store| Store {
                id: store.id,
                name: store.name.clone(),
                offered: store.active && managed.contains(&store.id),
            })
            .collect();
        let mut stores_by_word = HashMap::new();
        // A name goes before another store's code.
        for (at, store) in staff.stores.iter().enumerate() {
            stores_by_word.insert(fold(&store.name), at);
        }
        for (at, store) in staff.stores.iter().enumerate() {
            stores_by_word.entry(fold(&store.code)).or_insert(at);
        }
        let nearly = Nearly::new(
            groups.iter().map(|group| group.name.as_str()),
            stores
                .iter()
                .filter(|store| store.offered)
                .map(|store| store.name.as_str()),
        );
        Self {
            staff,
            groups: groups
                .iter()
                .map(|group| (fold(&group.name), group))
                .collect(),
            stores,
            stores_by_word,
            holders,
            seen: HashMap::new(),
            nearly,
        }
    }

    /// Judges the next line; the person would have this id.
    pub(super) fn judge(&mut self, line: &Line, id: UserId) -> Verdict {
        let mut found = Found::default();
        if let Some((cells, expected)) = line.uneven {
            found.add(
                None,
                LineCode::Cells {
                    found: cells,
                    expected,
                },
            );
        }
        names(line, &mut found);
        self.address(line, &mut found);
        let memberships = self.memberships(line.cell(Column::Groups), &mut found);
        let stores = self.own_stores(line.cell(Column::Stores), &mut found);
        let mut denied = None;
        let mut person = None;
        if let (Some(memberships), Some(stores)) = (memberships, stores) {
            let made = Person {
                id,
                standing: Standing {
                    accepted: false,
                    active: true,
                    ends_at: None,
                },
                memberships,
                overrides: Vec::new(),
                stores,
            };
            if self.reaches_stay_at_home(&made, &mut found)
                && let Err(why) = may_import(&self.staff.caller, &made)
            {
                self.refused(&why, &made, line, &mut found);
                denied = Some(why);
            }
            person = Some(made);
        }
        Verdict {
            person: person.filter(|_| found.problems.is_empty()),
            problems: found.problems,
            denied,
        }
    }

    /// The address is a whole one, nobody's, and no other line's.
    fn address(&mut self, line: &Line, found: &mut Found) {
        let email = line.cell(Column::Email);
        let mut problems = Problems::none();
        problems.email(Column::Email.key(), email);
        if let Some(problem) = problems.of(Column::Email.key()) {
            found.add(Some(Column::Email), code(problem));
            return;
        }
        let email = fold_email(email);
        if let Some(known) = self.holders.get(&email) {
            let what = if *known {
                LineCode::Taken
            } else {
                LineCode::Unusable
            };
            found.add(Some(Column::Email), what);
        }
        match self.seen.entry(email) {
            Entry::Occupied(first) => {
                let line = *first.get();
                found.add(Some(Column::Email), LineCode::Twice { line });
            }
            Entry::Vacant(first) => {
                first.insert(line.number);
            }
        }
    }

    /// The memberships that a cell means, each once; `None` when a word of it means nothing.
    fn memberships(&mut self, cell: &str, found: &mut Found) -> Option<Vec<Membership>> {
        let mut memberships: Vec<Membership> = Vec::new();
        let mut held = HashSet::new();
        let mut whole = true;
        for word in words(cell) {
            if found.is_full() {
                return None;
            }
            match self.membership(word, found) {
                Some(membership) if held.insert((membership.group, membership.reach)) => {
                    memberships.push(membership);
                }
                Some(_) => {}
                None => whole = false,
            }
        }
        if memberships.is_empty() && whole {
            found.add(Some(Column::Groups), LineCode::Blank);
            whole = false;
        }
        whole.then_some(memberships)
    }

    /// `Sales` for all their stores, `Sales@Bath` for one; a group's own name may have an `@`, yet
    /// no name that a group is given later makes `Sales@Bath` mean that one.
    fn membership(&mut self, word: &str, found: &mut Found) -> Option<Membership> {
        let whole = self.groups.get(&fold(word)).copied();
        let (name, at) = word
            .rsplit_once('@')
            .map_or((word, None), |(name, at)| (name.trim(), Some(at.trim())));
        let group = self.groups.get(&fold(name)).copied();
        if let (Some(whole), None) = (whole, at.and(group)) {
            return Some(whole.membership(Reach::AllTheirStores));
        }
        if group.is_none() {
            let meant = self.nearly.group(name);
            let name = cut(name);
            found.add(Some(Column::Groups), LineCode::NoGroup { name, meant });
        }
        let reach = match at {
            None => Some(Reach::AllTheirStores),
            Some(at) => self.store(Column::Groups, at, found).map(Reach::Store),
        };
        Some(group?.membership(reach?))
    }

    /// The stores that a cell means, each once; the only one where there is but one and nothing
    /// stands there. `None` when a word of it means nothing.
    fn own_stores(&mut self, cell: &str, found: &mut Found) -> Option<Vec<StoreId>> {
        let mut stores = Vec::new();
        let mut whole = true;
        for word in words(cell) {
            if found.is_full() {
                return None;
            }
            match self.store(Column::Stores, word, found) {
                Some(store) if !stores.contains(&store) => stores.push(store),
                Some(_) => {}
                None => whole = false,
            }
        }
        if stores.is_empty() && whole {
            if let [only] = self.stores.as_slice() {
                return Some(vec![only.id]);
            }
            found.add(Some(Column::Stores), LineCode::Blank);
            whole = false;
        }
        stores.sort_unstable();
        whole.then_some(stores)
    }

    /// A store by name or code. One that is not the importer's to give is told like one that is not
    /// there (product §2.4); yet the access rules are asked about it, so that the try is recorded.
    fn store(&mut self, column: Column, word: &str, found: &mut Found) -> Option<StoreId> {
        let at = self.stores_by_word.get(&fold(word)).copied();
        let store = at.and_then(|at| self.stores.get(at));
        let id = store.map(|store| store.id);
        if store.is_none_or(|store| !store.offered) {
            let name = cut(word);
            let meant = self.nearly.store(word);
            found.add(Some(column), LineCode::NoStore { name, meant });
        }
        id
    }

    /// A group for one store is for one of the person's own.
    fn reaches_stay_at_home(&self, person: &Person, found: &mut Found) -> bool {
        let mut all = true;
        for membership in &person.memberships {
            if let Reach::Store(store) = membership.reach
                && !person.stores.contains(&store)
            {
                all = false;
                // A store that is not offered has its problem already.
                if let Some(store) = self
                    .stores
                    .iter()
                    .find(|one| one.id == store && one.offered)
                {
                    let store = store.name.clone();
                    found.add(Some(Column::Groups), LineCode::NotTheirs { store });
                }
            }
        }
        all
    }

    /// Says in the words of the file why the access rules refuse the person: which of the groups
    /// they refuse by itself. Stores are told where they are read.
    fn refused(&self, why: &Denied, person: &Person, line: &Line, found: &mut Found) {
        let told = !found.problems.is_empty();
        if *why == Denied::Rule(Rule::NotTheirStore) && told {
            return;
        }
        let mut named = false;
        for membership in &person.memberships {
            if found.is_full() {
                return;
            }
            let alone = Person {
                memberships: vec![membership.clone()],
                ..person.clone()
            };
            if may_import(&self.staff.caller, &alone).is_err() {
                let group = membership.name.clone();
                found.add(Some(Column::Groups), LineCode::Beyond { group });
                named = true;
            }
        }
        if !named {
            let group = cut(line.cell(Column::Groups));
            found.add(Some(Column::Groups), LineCode::Beyond { group });
        }
    }
}

/// The problems of a line so far.
#[derive(Default)]
struct Found {
    problems: Vec<LineProblem>,
}

impl Found {
    fn add(&mut self, column: Option<Column>, what: LineCode) {
        let problem = LineProblem { column, what };
        if !self.is_full() && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn is_full(&self) -> bool {
        self.problems.len() >= PROBLEMS_MAX
    }
}

/// The names are as the form of a new user takes them.
fn names(line: &Line, found: &mut Found) {
    for column in [Column::FirstName, Column::LastName] {
        let mut problems = Problems::none();
        problems.name(column.key(), line.cell(column));
        if let Some(problem) = problems.of(column.key()) {
            found.add(Some(column), code(problem));
        }
    }
}

/// What a form says of a field, said of a cell.
fn code(problem: &ProblemCode) -> LineCode {
    match problem {
        ProblemCode::TooLong { max } => LineCode::TooLong { max: *max },
        ProblemCode::Unprintable => LineCode::Unprintable,
        ProblemCode::Email => LineCode::NotAddress,
        _ => LineCode::Blank,
    }
}

/// The words of a cell that is a list.
pub(super) fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

/// As much of a word as is repeated.
pub(super) fn cut(word: &str) -> String {
    let mut chars = word.chars();
    let mut kept: String = chars.by_ref().take(WORD_MAX).collect();
    if chars.next().is_some() {
        kept.push('…');
    }
    kept
}
