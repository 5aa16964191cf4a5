//! What a change of a group does to its members. Of a group of forty thousand, one member of each
//! kind is looked at to count, and as many by name as are told.

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
/// How many members count as few.
const FEW: u32 = 400;
/// Of many, how many are looked at by name at once.
const AT_ONCE: usize = 64;

/// One of several members who are alike.
pub(super) struct Kind {
    /// One of them.
    pub person: Person,
    /// How many there are.
    pub people: u32,
}

/// The members of a group, those alike together; `apart` by themselves.
pub(super) async fn kinds(
    conn: &mut AnyConnection,
    group: GroupId,
    apart: UserId,
) -> Result<Vec<Kind>, Failure> {
    let found = sql::kinds(conn, group, apart).await?;
    let ids: Vec<UserId> = found.iter().map(|(id, _)| *id).collect();
    // Both are in the order of their ids.
    let people = people::several(conn, &ids).await?;
    let counts = found.into_iter().map(|(_, people)| people);
    let kinds = people.into_iter().zip(counts);
    Ok(kinds
        .map(|(person, people)| Kind { person, people })
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
    let members: u32 = kinds.iter().map(|kind| kind.people).sum();
    let few = members <= FEW;
    let mut last = None;
    while !told.is_full() {
        let page = match (few, &last) {
            (true, None) => sql::all_by_name(conn, after.group).await?,
            (true, Some(_)) => break,
            (false, last) => sql::by_name(conn, after.group, last.as_ref(), AT_ONCE).await?,
        };
        if page.is_empty() {
            break;
        }
        let ids: Vec<UserId> = page.iter().map(|named| named.id).collect();
        let people = people::several(conn, &ids).await?;
        for named in &page {
            let person = people.iter().find(|person| person.id == named.id);
            if let Some(person) = person {
                told.name(&looked_at, person, &named.name);
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

    fn is_full(&self) -> bool {
        self.named() >= (self.nameable as usize).min(FIRST + MORE)
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

    /// Names a member, as far as names are still told of those like them.
    fn name(&mut self, change: &Change<'_>, person: &Person, name: &str) {
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
            if section.felt.first.len() < FIRST {
                section.felt.first.push(Line {
                    name: name.to_owned(),
                    places: places(change.staff, held, what),
                });
            } else if !section.is_full() {
                section.felt.more.push(name.to_owned());
            }
        }
        if !felt.reasons.is_empty() && (self.anyway_named as usize) < ANYWAY {
            self.anyway_named += 1;
            self.anyway.extend(felt.anyway(name));
        }
    }

    fn is_full(&self) -> bool {
        let anyway = (self.anyway_nameable as usize).min(ANYWAY);
        self.gains.iter().chain(&self.loses).all(Section::is_full)
            && self.anyway_named as usize >= anyway
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
            anyway_more: self.anyway_all - self.anyway_named,
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
