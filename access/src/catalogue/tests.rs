//! The tables of product §2.1 and §2.2, row by row, copied from there.

use super::*;
use crate::sample::set;

/// Product §2.1: module, Read, Write adds, Manage adds.
const LEVELS: [(&str, &str, &str, &str); 6] = [
    ("customers", "view", "create, edit", "archive, delete"),
    ("quotes", "view", "create, edit, send", "delete"),
    (
        "jobs",
        "view",
        "create, edit, pick, return",
        "reopen, delete",
    ),
    (
        "invoices",
        "view",
        "create, edit, issue, record_payment",
        "void_payment, void, delete",
    ),
    ("inventory", "view", "create, edit", "delete, configure"),
    ("settings", "view", "edit, users, audit", "groups, billing"),
];

/// Product §2.2: group, a level for each module, capabilities.
const GROUPS: [(&str, &str, &str); 6] = [
    ("Crew", "Read Read Write None Read None", ""),
    (
        "Sales",
        "Manage Manage Read Read Read None",
        "discounts.apply",
    ),
    ("Billing", "Read Read Read Manage None None", ""),
    (
        "Operations",
        "Read Read Manage Read Manage None",
        "costs.view",
    ),
    (
        "Admin",
        "Manage Manage Manage Manage Manage Write",
        "costs.view discounts.apply prices.override stores.view_all",
    ),
    (
        "Super Admin",
        "Manage Manage Manage Manage Manage Manage",
        "costs.view discounts.apply prices.override stores.view_all",
    ),
];

#[test]
fn the_catalogue_has_the_forty_permissions_of_the_table() {
    let mut keys: Vec<String> = Vec::new();
    for (module, read, write, manage) in LEVELS {
        for name in [read, write, manage]
            .into_iter()
            .flat_map(|list| list.split(", "))
        {
            keys.push(format!("{module}.{name}"));
        }
    }
    keys.extend(
        "costs.view discounts.apply prices.override stores.view_all"
            .split(' ')
            .map(str::to_owned),
    );
    let catalogue: Vec<&str> = Permission::ALL.iter().map(|p| p.key()).collect();
    assert_eq!(catalogue, keys);
    assert_eq!(Permission::ALL.len(), 40);
}

#[test]
fn every_row_of_the_level_table_holds() {
    for (key, read, write, manage) in LEVELS {
        let module = Module::from_key(key).expect("a module of the table");
        let mut expected = PermissionSet::EMPTY;
        assert_eq!(preset(module, Level::None), expected);
        for (level, adds) in [
            (Level::Read, read),
            (Level::Write, write),
            (Level::Manage, manage),
        ] {
            for name in adds.split(", ") {
                let permission = Permission::from_key(&format!("{key}.{name}"))
                    .expect("a permission of the table");
                assert_eq!(permission.level(), Some(level), "{permission}");
                assert_eq!(permission.module(), Some(module), "{permission}");
                expected.insert(permission);
            }
            assert_eq!(preset(module, level), expected, "{key} {level:?}");
        }
        assert_eq!(module.permissions(), expected);
        assert_eq!(module.view().key(), format!("{key}.view"));
    }
}

#[test]
fn capabilities_are_in_no_level() {
    for key in [
        "costs.view",
        "discounts.apply",
        "prices.override",
        "stores.view_all",
    ] {
        let permission = Permission::from_key(key).expect("a capability");
        assert!(permission.is_capability());
        assert_eq!(permission.level(), None);
        assert!(PermissionSet::CAPABILITIES.contains(permission));
        for module in Module::ALL {
            assert!(!module.permissions().contains(permission));
        }
    }
    assert_eq!(PermissionSet::CAPABILITIES.len(), 4);
    let in_a_level = Permission::ALL.iter().filter(|p| p.level().is_some());
    assert_eq!(in_a_level.count(), 36);
}

#[test]
fn six_permissions_are_of_business_scope_and_all_others_of_store_scope() {
    let business = [
        "settings.view",
        "settings.edit",
        "settings.audit",
        "settings.groups",
        "settings.billing",
        "stores.view_all",
    ];
    for permission in Permission::ALL {
        let expected = if business.contains(&permission.key()) {
            Scope::Business
        } else {
            Scope::Store
        };
        assert_eq!(permission.scope(), expected, "{permission}");
    }
    assert_eq!(PermissionSet::BUSINESS.len(), business.len());
    assert_eq!(
        PermissionSet::BUSINESS.union(PermissionSet::STORE),
        PermissionSet::ALL
    );
    assert!(
        PermissionSet::BUSINESS
            .intersect(PermissionSet::STORE)
            .is_empty()
    );
}

#[test]
fn every_row_of_the_table_of_built_in_groups_holds() {
    for (group, (name, levels, capabilities)) in BUILT_IN.iter().zip(GROUPS) {
        assert_eq!(group.name, name);
        for (module, level) in Module::ALL.into_iter().zip(levels.split(' ')) {
            assert_eq!(
                level_of(module, group.permissions).label(),
                level,
                "{name} {module:?}"
            );
        }
        let extra = group.permissions.intersect(PermissionSet::CAPABILITIES);
        assert_eq!(extra.to_keys(), capabilities, "{name}");
        assert_eq!(built_in(group.key), Some(group));
        assert_eq!(group.is_super_admin(), name == "Super Admin");
    }
    assert_eq!(built_in("counter_staff"), None);
    assert_eq!(
        built_in(SUPER_ADMIN).map(|group| group.permissions),
        Some(PermissionSet::ALL)
    );
}

#[test]
fn a_row_shows_a_level_when_its_ticks_match_it_exactly_and_else_custom() {
    use Permission::{InvoicesVoidPayment, QuotesCreate, QuotesEdit, QuotesSend, QuotesView};
    let row = |set| level_of(Module::Quotes, set);
    assert_eq!(row(PermissionSet::EMPTY), RowLevel::Preset(Level::None));
    assert_eq!(row(set([QuotesView])), RowLevel::Preset(Level::Read));
    let write = set([QuotesView, QuotesCreate, QuotesEdit, QuotesSend]);
    assert_eq!(row(write), RowLevel::Preset(Level::Write));
    assert_eq!(
        row(Module::Quotes.permissions()),
        RowLevel::Preset(Level::Manage)
    );
    assert_eq!(row(set([QuotesCreate])), RowLevel::Custom);
    assert_eq!(row(set([QuotesView, QuotesSend])), RowLevel::Custom);
    // Other rows' ticks are not looked at.
    assert_eq!(
        row(set([QuotesView, InvoicesVoidPayment])),
        RowLevel::Preset(Level::Read)
    );
    assert_eq!(RowLevel::Custom.label(), "Custom");
    assert_eq!(Level::from_key(RowLevel::Custom.key()), None);
    for level in Level::ALL {
        assert_eq!(Level::from_key(level.key()), Some(level));
        assert_eq!(RowLevel::Preset(level).key(), level.key());
    }
}

#[test]
fn the_views_are_those_of_the_five_modules_of_the_desk() {
    let views: PermissionSet = Module::ALL
        .into_iter()
        .filter(|&module| module != Module::Settings)
        .map(Module::view)
        .collect();
    assert_eq!(PermissionSet::VIEWS, views);
    assert_eq!(views.len(), 5);
}

#[test]
fn every_permission_has_its_own_words() {
    let mut titles: Vec<&str> = Permission::ALL.iter().map(|p| p.title()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), 40, "each title names one permission");
    for permission in Permission::ALL {
        assert_eq!(Permission::from_key(permission.key()), Some(permission));
        assert!(permission.help().ends_with('.'), "{permission}");
        assert!(!permission.label().ends_with('.'), "{permission}");
        assert!(!permission.title().ends_with('.'), "{permission}");
    }
    assert_eq!(Permission::from_key("invoices.explode"), None);
    for module in Module::ALL {
        assert_eq!(Module::from_key(module.key()), Some(module));
        let mut labels: Vec<&str> = module.permissions().iter().map(Permission::label).collect();
        let count = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), count, "{module:?}");
    }
}

#[test]
fn a_set_is_written_as_keys_and_read_again() {
    let crew = built_in("crew").expect("a built-in group").permissions;
    assert_eq!(
        crew.to_keys(),
        "customers.view quotes.view jobs.view jobs.create jobs.edit jobs.pick jobs.return \
         inventory.view"
    );
    assert_eq!(PermissionSet::from_keys(&crew.to_keys()), Ok(crew));
    assert_eq!(PermissionSet::from_keys(""), Ok(PermissionSet::EMPTY));
    assert_eq!(
        PermissionSet::from_keys("  jobs.view\tjobs.view "),
        Ok(set([Permission::JobsView]))
    );
    assert_eq!(
        PermissionSet::from_keys("jobs.view jobs.explode"),
        Err(UnknownPermission("jobs.explode".to_owned()))
    );
    assert_eq!(
        UnknownPermission("x".to_owned()).to_string(),
        "unknown permission \"x\""
    );
}

#[test]
fn a_set_travels_as_the_list_of_its_keys() {
    let two = set([Permission::CostsView, Permission::JobsView]);
    let json = serde_json::to_string(&two).expect("a set is serialised");
    assert_eq!(json, r#"["jobs.view","costs.view"]"#);
    assert_eq!(
        serde_json::from_str::<PermissionSet>(&json).expect("and read again"),
        two
    );
    assert!(serde_json::from_str::<PermissionSet>(r#"["jobs.explode"]"#).is_err());
    assert!(serde_json::from_str::<PermissionSet>("255").is_err());
    assert_eq!(format!("{two:?}"), r#"{"jobs.view", "costs.view"}"#);
}

#[test]
fn sets_unite_intersect_and_compare() {
    use Permission::{CostsView, JobsEdit, JobsView, SettingsAudit};
    let left = set([JobsView, JobsEdit]);
    let right = set([JobsEdit, SettingsAudit]);
    assert_eq!(left.union(right), set([JobsView, JobsEdit, SettingsAudit]));
    assert_eq!(left.intersect(right), set([JobsEdit]));
    assert_eq!(left.minus(right), set([JobsView]));
    assert_eq!(left.differing(right), set([JobsView, SettingsAudit]));
    assert!(set([JobsEdit]).is_subset(left) && !left.is_subset(right));
    assert_eq!(right.business(), set([SettingsAudit]));
    assert_eq!(right.store(), set([JobsEdit]));
    assert_eq!(left.views(), set([JobsView]));
    let mut changed = left;
    changed.insert(CostsView);
    changed.remove(JobsView);
    assert_eq!(changed, set([JobsEdit, CostsView]));
    assert_eq!(
        changed.iter().collect::<Vec<_>>(),
        [JobsEdit, CostsView],
        "in the order of the catalogue"
    );
    assert_eq!(changed.iter().len(), 2);
    assert_eq!(PermissionSet::ALL.iter().count(), 40);
    assert_eq!(PermissionSet::from(JobsView), set([JobsView]));
}
