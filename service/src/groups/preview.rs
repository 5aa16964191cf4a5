//! What a change of a group does to its members. Of a group of forty thousand, one member of each
//! kind is looked at to count. Those of whom there are few are named straight away; of the others
//! the list is walked for as many as are told.

use access::guards::{GroupShape, may_see_person};
use access::{GroupId, Instant, PermissionSet, Person, UserId};
use domain::preview::{self as told, GroupPreview, Line};
use sqlx::AnyConnection;

use super::felt::{Felt, Touches, places, with_group};
use super::members_sql as sql;
use crate::failure::Failure;
use crate::people;
use crate::visitor::Staff;

/// How many of those who gain or lose the same stand in the list.
const FIRST: usize = 4;
/// How many more are named behind a press.
const MORE: usize = 40;
/// Of how many it is told why they have it anyway.
const ANYWAY: usize = 12;
/// How many who are touched alike count as few: more are met soon when the list is walked.
const FEW: u32 = 400;
/// Of many, how many are looked at by name at once.
const AT_ONCE: usize = 64;
/// Of few, how many are fetched by one statement.
const FETCHED_AT_ONCE: usize = 500;

/// One of several members who are alike.
pub(super) struct Kind {
    /// One of them.
    pub person: Person,
    /// How many there are.
    pub people: u32,
    /// All of them, where they are few.
    few: Vec<UserId>,
}

/// The members of a group, those alike together; `apart` by themselves.
pub(super) async fn kinds(
    conn: &mut AnyConnection,
    group: GroupId,
    apart: UserId,
) -> Result<Vec<Kind>, Failure> {
    let found = sql::kinds(conn, group, apart, FEW).await?;
    let ids: Vec<UserId> = found.iter().map(|alike| alike.id).collect();
    // Both are in the order of their ids.
    let people = people::several(conn, &ids).await?;
    let kinds = people.into_iter().zip(found);
    Ok(kinds
        .map(|(person, alike)| Kind {
            person,
            people: alike.people,
            few: alike.few,
        })
        .collect())
}

/// What turning the group `before` into `after` does to its members, of whom those are named whom
/// the person who looks may see.
pub(super) async fn group(
    conn: &mut AnyConnection,
    staff: &Staff,
    before: &GroupShape,
    after: &GroupShape,
    kinds: &[Kind],
    now: Instant,
) -> Result<GroupPreview, Failure> {
    let touches = Touches {
        added: after.permissions.minus(before.permissions),
        removed: before.permissions.minus(after.permissions),
    };
    let looked_at = Change {
        staff,
        after,
        touches,
        now,
    };
    let mut told = Told::default();
    for kind in kinds {
        told.count(&looked_at, kind);
    }
    let mut few = Vec::new();
    for kind in kinds {
        if told.touches_few(&looked_at, kind) {
            few.extend(kind.few.iter().map(|id| (*id, &kind.person)));
        }
    }
    few.sort_unstable_by_key(|(id, _)| *id);
    let mut named = Vec::new();
    for some in few.chunks(FETCHED_AT_ONCE) {
        let ids: Vec<UserId> = some.iter().map(|(id, _)| *id).collect();
        named.extend(sql::these(conn, &ids).await?);
    }
    named.sort_unstable_by(|a, b| (&a.sort, a.id).cmp(&(&b.sort, b.id)));
    for named in &named {
        // Who is alike feels the same.
        if let Ok(at) = few.binary_search_by_key(&named.id, |(id, _)| *id) {
            told.name(&looked_at, few[at].1, &named.name, Size::Few);
        }
    }
    let mut last = None;
    while !told.is_full() {
        let page = sql::by_name(conn, after.group, last.as_ref(), AT_ONCE).await?;
        if page.is_empty() {
            break;
        }
        let ids: Vec<UserId> = page.iter().map(|named| named.id).collect();
        let people = people::several(conn, &ids).await?;
        for named in &page {
            let person = people.iter().find(|person| person.id == named.id);
            if let Some(person) = person {
                told.name(&looked_at, person, &named.name, Size::Many);
            }
        }
        last = page.into_iter().next_back();
    }
    Ok(told.finish(touches))
}

/// The change, and who looks at it.
struct Change<'a> {
    staff: &'a Staff,
    after: &'a GroupShape,
    touches: Touches,
    now: Instant,
}

impl Change<'_> {
    fn felt_by(&self, person: &Person) -> Felt {
        let after = with_group(person, self.after);
        let caller = &self.staff.caller;
        Felt::by(caller, person, &after, self.touches, self.now)
    }

    fn may_name(&self, person: &Person) -> bool {
        may_see_person(&self.staff.caller, person).is_ok()
    }
}

/// How many are touched alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    /// So few that all of them are fetched.
    Few,
    /// So many that some are met soon when the list is walked.
    Many,
}

impl Size {
    const fn of(people: u32) -> Self {
        if people <= FEW { Self::Few } else { Self::Many }
    }
}

/// Those who gain, or lose, the same.
struct Section {
    felt: told::Felt,
    /// How many of them may be named.
    nameable: u32,
}

impl Section {
    fn named(&self) -> usize {
        self.felt.first.len() + self.felt.more.len()
    }

    const fn size(&self) -> Size {
        Size::of(self.nameable)
    }

    fn is_full(&self) -> bool {
        self.named() >= FIRST + MORE
    }
}

/// What is told so far.
#[derive(Default)]
struct Told {
    gains: Vec<Section>,
    loses: Vec<Section>,
    anyway: Vec<told::Anyway>,
    /// People for whom it makes no difference: named, nameable and all.
    anyway_named: u32,
    anyway_nameable: u32,
    anyway_all: u32,
}

impl Told {
    /// Counts a kind of member.
    fn count(&mut self, change: &Change<'_>, kind: &Kind) {
        let nameable = if change.may_name(&kind.person) {
            kind.people
        } else {
            0
        };
        let felt = change.felt_by(&kind.person);
        for (sections, what) in [
            (&mut self.gains, felt.change.gained()),
            (&mut self.loses, felt.change.lost()),
        ] {
            if !what.is_empty() {
                let section = section_of(sections, what);
                section.felt.people += kind.people;
                section.nameable += nameable;
            }
        }
        if !felt.reasons.is_empty() {
            self.anyway_all += kind.people;
            self.anyway_nameable += nameable;
        }
    }

    /// Whether members of this kind are touched as few are, and may be named.
    fn touches_few(&self, change: &Change<'_>, kind: &Kind) -> bool {
        if kind.few.is_empty() || !change.may_name(&kind.person) {
            return false;
        }
        let felt = change.felt_by(&kind.person);
        let among_few = |sections: &[Section], what: PermissionSet| {
            let mut sections = sections.iter();
            sections.any(|one| one.felt.permissions == what && one.size() == Size::Few)
        };
        among_few(&self.gains, felt.change.gained())
            || among_few(&self.loses, felt.change.lost())
            || (!felt.reasons.is_empty() && Size::of(self.anyway_nameable) == Size::Few)
    }

    /// Names a member among those of whom there are so many, as far as names are still told.
    fn name(&mut self, change: &Change<'_>, person: &Person, name: &str, size: Size) {
        if !change.may_name(person) {
            return;
        }
        let felt = change.felt_by(person);
        for (sections, held) in [
            (&mut self.gains, &felt.change.gains),
            (&mut self.loses, &felt.change.loses),
        ] {
            let what: PermissionSet = held.iter().map(|(permission, _)| *permission).collect();
            if what.is_empty() {
                continue;
            }
            let section = section_of(sections, what);
            if section.size() != size {
                continue;
            }
            if section.felt.first.len() < FIRST {
                section.felt.first.push(Line {
                    name: name.to_owned(),
                    places: places(change.staff, held, what),
                });
            } else if !section.is_full() {
                section.felt.more.push(name.to_owned());
            }
        }
        let anyway = !felt.reasons.is_empty() && Size::of(self.anyway_nameable) == size;
        if anyway && (self.anyway_named as usize) < ANYWAY {
            self.anyway_named += 1;
            self.anyway.extend(felt.anyway(name));
        }
    }

    /// Whether the list need not be walked any further.
    fn is_full(&self) -> bool {
        let few = |people| Size::of(people) == Size::Few;
        let mut sections = self.gains.iter().chain(&self.loses);
        sections.all(|one| few(one.nameable) || one.is_full())
            && (few(self.anyway_nameable) || self.anyway_named as usize >= ANYWAY)
    }

    fn finish(self, touches: Touches) -> GroupPreview {
        let sections = |mut sections: Vec<Section>| {
            sections.sort_by_key(|section| std::cmp::Reverse(section.felt.people));
            sections.into_iter().map(|section| section.felt).collect()
        };
        GroupPreview {
            added: touches.added,
            removed: touches.removed,
            gains: sections(self.gains),
            loses: sections(self.loses),
            anyway: self.anyway,
            clearable: Vec::new(),
            // Counted and named at two moments.
            anyway_more: self.anyway_all.saturating_sub(self.anyway_named),
        }
    }
}

/// The section of those who gain, or lose, exactly this.
fn section_of(sections: &mut Vec<Section>, what: PermissionSet) -> &mut Section {
    let known = sections
        .iter()
        .position(|section| section.felt.permissions == what);
    let at = known.unwrap_or_else(|| {
        sections.push(Section {
            felt: told::Felt {
                permissions: what,
                people: 0,
                first: Vec::new(),
                more: Vec::new(),
            },
            nameable: 0,
        });
        sections.len() - 1
    });
    &mut sections[at]
}
