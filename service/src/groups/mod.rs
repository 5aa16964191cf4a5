//! Permission groups: make, change, duplicate, delete (product §2.2).

mod felt;
mod members_sql;
mod needless;
mod preview;
mod sql;
mod view;

use access::actions::{
    CheckGroup, CreateGroup, DeleteGroup, DuplicateGroup, PreviewGroup, SetAccess, UpdateGroup,
};
use access::guards::{GroupChange, GroupDeletion, GroupShape};
use access::{
    Action, Caller, Denied, GroupId, Membership, Permission, PermissionSet, Person, Reach, UserId,
};
use domain::audit::Cause;
use domain::groups::GroupForm;
use domain::preview::GroupPreview;
use domain::{AppError, Done, ProblemCode, Toast};
use serde_json::{Value, json};
use sqlx::AnyConnection;

use crate::audit::store_of;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::tx::{Access, Change, Groups, Guarded, Object, Reload, Tx, Writes};
use crate::users;
use crate::visitor::Staff;

use self::preview::Kind;
use self::sql::Stored;
pub use self::view::{list, new, view};

/// The list's address.
const LIST: &str = "/settings/groups";
/// Members of a deleted group who each get an entry in the audit log: more are counted in the one
/// of the group, so that a large group does not fill the log by itself.
const MOST_TOLD: usize = 500;

impl Stored {
    fn shape(&self) -> GroupShape {
        GroupShape {
            group: self.id,
            locked: self.locked,
            built_in: self.built_in.is_some(),
            permissions: self.permissions,
        }
    }

    /// As the audit log keeps it.
    fn entry(&self) -> Value {
        entry(&self.name, &self.summary, self.permissions)
    }
}

fn entry(name: &str, summary: &str, permissions: PermissionSet) -> Value {
    json!({ "name": name, "summary": summary, "permissions": permissions })
}

/// Group and members as they stand under the lock. A group that is not there yet stays as it is;
/// of one that is gone, the write finds out.
impl Reload for GroupChange {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let Some(stored) = sql::one(conn, self.before.group).await? else {
            return Ok(Some(self));
        };
        Ok(Some(Self {
            before: stored.shape(),
            after: GroupShape {
                permissions: self.after.permissions,
                ..stored.shape()
            },
            members: members_of(conn, stored.id, self.by).await?,
            by: self.by,
        }))
    }
}

impl Reload for GroupDeletion {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let Some(stored) = sql::one(conn, self.group.group).await? else {
            return Ok(None);
        };
        let to = match self.to {
            None => None,
            Some(to) => match membership(conn, to.group).await? {
                None => return Ok(None),
                to => to,
            },
        };
        Ok(Some(Self {
            group: stored.shape(),
            to,
            members: members_of(conn, stored.id, self.by).await?,
            by: self.by,
        }))
    }
}

/// One member of each kind, and the one who asks, if they are a member.
async fn members_of(
    conn: &mut AnyConnection,
    group: GroupId,
    by: UserId,
) -> Result<Vec<Person>, Failure> {
    let kinds = preview::kinds(conn, group, by).await?;
    Ok(kinds.into_iter().map(|kind| kind.person).collect())
}

/// The group as a membership for all their stores.
async fn membership(
    conn: &mut AnyConnection,
    group: GroupId,
) -> Result<Option<Membership>, Failure> {
    let stored = sql::one(conn, group).await?;
    Ok(stored.map(|stored| Membership {
        group: stored.id,
        name: stored.name,
        super_admin: stored.locked,
        permissions: stored.permissions,
        reach: Reach::AllTheirStores,
    }))
}

/// A group by the id as it came in. One that is none is refused, and recorded, as elsewhere.
async fn known<A: Action>(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Stored, Failure> {
    if let Ok(id) = id.parse() {
        let mut conn = kh.reader().acquire().await?;
        if let Some(stored) = sql::one(&mut conn, id).await? {
            return Ok(stored);
        }
    }
    Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await)
}

/// What the caller holds in every store of the business, and so may put into a group and take out
/// of one (product §2.4).
fn held_everywhere(caller: &Caller) -> PermissionSet {
    let held =
        |permission: &Permission| caller.effective.everywhere(*permission, &caller.all_stores);
    Permission::ALL.into_iter().filter(held).collect()
}

/// A form with the group it is about.
pub struct Edit {
    /// Id of the group.
    pub id: String,
    /// The revision that the form was made from.
    pub revision: i64,
    /// What was typed.
    pub form: GroupForm,
    /// Overrides that it makes needless are taken away with it.
    pub clear: bool,
}

/// An edit that was looked at: the group as it is, and the change that is asked for.
struct Looked {
    before: Stored,
    change: GroupChange,
    kinds: Vec<Kind>,
}

/// Looks at an edit, as far as the caller may make it.
async fn look<A>(kh: &Keyholder, staff: &Staff, edit: &Edit) -> Result<Looked, Failure>
where
    A: Action<Target = GroupChange>,
{
    kh.meets::<A>(staff).await?;
    let before = known::<A>(kh, staff, &edit.id).await?;
    let held = held_everywhere(&staff.caller);
    let wanted = edit.form.wanted(before.permissions, held);
    let permissions = wanted.ok_or(AppError::BadRequest)?;
    let looked = looked_at(kh, staff, before, permissions).await?;
    kh.sees::<A>(staff, &looked.change).await?;
    edit.form.check()?;
    if looked.before.revision != edit.revision {
        return Err(AppError::Conflict.into());
    }
    let mut conn = kh.reader().acquire().await?;
    if sql::name_taken(&mut conn, &edit.form.name, looked.before.id).await? {
        return Err(Failure::field("name", ProblemCode::GroupTaken));
    }
    Ok(looked)
}

/// The change of a group to these permissions, with its members.
async fn looked_at(
    kh: &Keyholder,
    staff: &Staff,
    before: Stored,
    permissions: PermissionSet,
) -> Result<Looked, Failure> {
    let by = staff.caller.person.id;
    let kinds = preview::kinds(&mut *kh.reader().acquire().await?, before.id, by).await?;
    let change = GroupChange {
        before: before.shape(),
        after: GroupShape {
            permissions,
            ..before.shape()
        },
        members: kinds.iter().map(|kind| kind.person.clone()).collect(),
        by,
    };
    Ok(Looked {
        before,
        change,
        kinds,
    })
}

/// Checks what was typed, and has the page ask (product §2.5, *Preview*).
///
/// # Errors
/// What is to be put right, the rule that stands against it, or that somebody changed the same
/// meanwhile.
pub async fn check(kh: &Keyholder, staff: &Staff, edit: &Edit) -> Result<Done, Failure> {
    let looked = look::<CheckGroup>(kh, staff, edit).await?;
    Ok(Done::ask(format!("{LIST}/{}?preview", looked.before.id)))
}

/// Who gains what, who loses what, and who has it anyway and why.
///
/// # Errors
/// As [`check`].
pub async fn preview(kh: &Keyholder, staff: &Staff, edit: &Edit) -> Result<GroupPreview, Failure> {
    let Looked { change, kinds, .. } = look::<PreviewGroup>(kh, staff, edit).await?;
    let mut conn = kh.reader().acquire().await?;
    let (before, after) = (&change.before, &change.after);
    let mut told = preview::group(&mut conn, staff, before, after, &kinds, kh.now()).await?;
    let needless = needless::needless(&mut conn, &staff.caller, &change, kh.now()).await?;
    told.clearable = needless.into_iter().map(|one| one.name).collect();
    Ok(told)
}

/// Saves a group; to reset a built-in one is to save it with what it gave at first.
///
/// # Errors
/// As [`check`].
pub async fn update(kh: &Keyholder, staff: &Staff, edit: &Edit) -> Result<Done, Failure> {
    let Looked { before, change, .. } = look::<UpdateGroup>(kh, staff, edit).await?;
    let (name, summary) = (edit.form.name.trim(), edit.form.summary.trim());
    let grant = kh.may::<UpdateGroup>(staff, &change).await?;
    // Decided again under the lock, with the members there are then.
    let (mut tx, caller, change) = Tx::begin(kh, staff, grant, change).await?;
    if sql::name_taken(tx.read(), name, before.id).await? {
        return Err(Failure::field("name", ProblemCode::GroupTaken));
    }
    if edit.clear {
        let now = tx.now();
        let needless = needless::needless(tx.read(), &caller, &change, now).await?;
        needless::clear(staff, &mut tx, needless).await?;
    }
    let permissions = change.after.permissions;
    let write = &mut tx.write::<Groups>();
    if !sql::update(write, &before, name, summary, permissions, edit.revision).await? {
        return Err(AppError::Conflict.into());
    }
    tx.commit(
        Change::of(Object::group(before.id, name))
            .before(&before.entry())
            .after(&entry(name, summary, permissions)),
    )
    .await?;
    let name = name.to_owned();
    Ok(Done::say(Toast::GroupSaved { name }).go(LIST))
}

/// Makes a group.
///
/// # Errors
/// What is to be put right, or the rule that stands against it.
pub async fn create(kh: &Keyholder, staff: &Staff, form: GroupForm) -> Result<Done, Failure> {
    kh.meets::<CreateGroup>(staff).await?;
    form.check()?;
    let held = held_everywhere(&staff.caller);
    let wanted = form.wanted(PermissionSet::EMPTY, held);
    let permissions = wanted.ok_or(AppError::BadRequest)?;
    make::<CreateGroup>(kh, staff, permissions, &form.name, &form.summary).await?;
    let name = form.name.trim().to_owned();
    Ok(Done::say(Toast::GroupCreated { name }).go(LIST))
}

/// Makes a group that gives what another gives, under this name; with a number behind it where the
/// name is taken.
///
/// # Errors
/// The rule that stands against it, or what is wrong with the name.
pub async fn duplicate(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    name: &str,
) -> Result<Done, Failure> {
    kh.meets::<DuplicateGroup>(staff).await?;
    let source = known::<DuplicateGroup>(kh, staff, id).await?;
    let name = free_name(kh, name).await?;
    let form = GroupForm {
        name,
        ..GroupForm::default()
    };
    form.check()?;
    let name = form.name;
    let (permissions, summary) = (source.permissions, &source.summary);
    let made = make::<DuplicateGroup>(kh, staff, permissions, &name, summary).await?;
    Ok(Done::say(Toast::GroupCreated { name }).go(format!("{LIST}/{made}")))
}

/// The name, or the name and the first number with which no group has it.
async fn free_name(kh: &Keyholder, name: &str) -> Result<String, Failure> {
    let groups = people::groups(&mut *kh.reader().acquire().await?).await?;
    let taken: Vec<String> = groups.iter().map(|group| fold(&group.name)).collect();
    let name = name.trim();
    let mut free = name.to_owned();
    let mut number = 1;
    while taken.contains(&fold(&free)) {
        number += 1;
        free = format!("{name} {number}");
    }
    Ok(free)
}

/// Makes a group of these permissions and answers its id.
async fn make<A>(
    kh: &Keyholder,
    staff: &Staff,
    permissions: PermissionSet,
    name: &str,
    summary: &str,
) -> Result<GroupId, Failure>
where
    A: Action<Target = GroupChange> + Guarded + Writes<Groups>,
{
    let id = GroupId(kh.new_id());
    let after = GroupShape {
        group: id,
        locked: false,
        built_in: false,
        permissions,
    };
    let change = GroupChange {
        before: after.without_permissions(),
        after,
        members: Vec::new(),
        by: staff.caller.person.id,
    };
    let grant = kh.may::<A>(staff, &change).await?;
    let (mut tx, _, change) = Tx::begin(kh, staff, grant, change).await?;
    let (name, summary) = (name.trim(), summary.trim());
    if sql::name_taken(tx.read(), name, id).await? {
        return Err(Failure::field("name", ProblemCode::GroupTaken));
    }
    let new = sql::New {
        id,
        name,
        summary,
        permissions: change.after.permissions,
        now: tx.now(),
    };
    sql::insert(&mut tx.write::<Groups>(), &new).await?;
    let made = Change::of(Object::group(id, name)).after(&entry(name, summary, permissions));
    tx.commit(made).await?;
    Ok(id)
}

/// Deletes a group and puts its members into another (`to`), each where they were in this one.
/// Beside the entry of the group, up to [`MOST_TOLD`] members get one of their own.
///
/// # Errors
/// That somebody is in it and has to go somewhere, the rule that stands against it, or that
/// somebody changed the same meanwhile.
pub async fn delete(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    revision: i64,
    to: &str,
) -> Result<Done, Failure> {
    kh.meets::<DeleteGroup>(staff).await?;
    let group = known::<DeleteGroup>(kh, staff, id).await?;
    let by = staff.caller.person.id;
    let deletion = {
        let mut conn = kh.reader().acquire().await?;
        GroupDeletion {
            group: group.shape(),
            to: members_to(&mut conn, &group, to).await?,
            members: members_of(&mut conn, group.id, by).await?,
            by,
        }
    };
    let deletable = !deletion.group.built_in && !deletion.group.locked;
    if deletable && deletion.to.is_none() && !deletion.members.is_empty() {
        return Err(Failure::field("to", ProblemCode::PickGroup));
    }
    let grant = kh.may::<DeleteGroup>(staff, &deletion).await?;
    let (mut tx, _, deletion) = Tx::begin(kh, staff, grant, deletion).await?;
    let moved = match &deletion.to {
        Some(to) => move_members(&mut tx, staff, group.id, to.group).await?,
        // Somebody was put into it meanwhile.
        None if !deletion.members.is_empty() => return Err(AppError::Conflict.into()),
        None => 0,
    };
    if !sql::delete(&mut tx.write::<Groups>(), group.id, revision).await? {
        return Err(AppError::Conflict.into());
    }
    let to = deletion.to.map(|to| to.name);
    tx.commit(
        Change::of(Object::group(group.id, &group.name))
            .before(&group.entry())
            .after(&json!({ "members_to": to, "members_moved": moved })),
    )
    .await?;
    let name = group.name;
    Ok(Done::say(Toast::GroupDeleted { name }).go(LIST))
}

/// Puts the members of one group into another, and answers how many people that are. The history
/// of each says so, as far as they are told one by one.
async fn move_members(
    tx: &mut Tx<DeleteGroup>,
    staff: &Staff,
    from: GroupId,
    to: GroupId,
) -> Result<u64, Failure> {
    let members = members_sql::first(tx.read(), from, MOST_TOLD).await?;
    // In the order of their ids, like the people.
    let ids: Vec<UserId> = members.iter().map(|member| member.id).collect();
    let before = people::several(tx.read(), &ids).await?;
    let moved = sql::move_members(&mut tx.write::<Access>(), from, to).await?;
    let after = people::several(tx.read(), &ids).await?;
    for (member, (before, after)) in members.iter().zip(before.iter().zip(&after)) {
        let groups = |person| json!({ "groups": users::groups_of(staff, person) });
        let change = Change::of(Object::user(member.id, &member.name))
            .before(&groups(before))
            .after(&groups(after))
            .in_store(store_of(before, after))
            .because(Cause::GroupDeleted.key());
        tx.also::<SetAccess>(&change);
    }
    Ok(moved)
}

/// The group that the members of another go to, by the id as it came in; nothing for nowhere.
async fn members_to(
    conn: &mut AnyConnection,
    from: &Stored,
    to: &str,
) -> Result<Option<Membership>, Failure> {
    if to.is_empty() {
        return Ok(None);
    }
    let to = to.parse().map_err(|_| AppError::BadRequest)?;
    match membership(conn, to).await? {
        Some(found) if found.group != from.id => Ok(Some(found)),
        _ => Err(Failure::field("to", ProblemCode::NotOffered)),
    }
}
