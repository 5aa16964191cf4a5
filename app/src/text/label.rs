//! Labels and set sentences, each under a name of its own.

/// A constant for each text; the text is its own description.
macro_rules! texts {
    ($($name:ident = $text:literal;)+) => {$(
        #[doc = $text]
        pub const $name: &str = $text;
    )+};
}

// Everywhere.
texts! {
    CANCEL = "Cancel";
    CODE = "Short code";
    DISMISS = "Dismiss message";
    EMAIL = "Email";
    EXPORT_CSV = "Export CSV";
    NAME = "Name";
    NOBODY_GAINS = "Nobody gains anything";
    NOBODY_GAINS_OR_LOSES = "Nobody gains or loses anything";
    NOBODY_LOSES = "Nobody loses anything";
    KEEP_EDITING = "Keep editing";
    NEW = "New";
    NEXT = "Next";
    OFF = "Off";
    ON = "On";
    OPTIONAL = "optional";
    PAGES = "Pages";
    PHONE = "Phone";
    PREVIOUS = "Previous";
    SAVE = "Save";
    STATUS = "Status";
    TRY_AGAIN = "Try again";
    UNDO = "Undo";
}

// Around the pages.
texts! {
    BREADCRUMB = "Breadcrumb";
    FIND_STORE = "Find a store";
    HOME = "Home";
    MAIN_NAV = "Main";
    MENU = "Menu";
    MY_PROFILE = "My profile";
    NOT_SAVED_SIGN_IN = "Nothing was saved. Sign in, and do it again.";
    MY_STORES = "My stores";
    NO_GROUP_YET = "None yet. Ask whoever invited you.";
    SIGN_OUT = "Sign out";
    STORE_COLON = "Store:";
    THEME = "Theme";
}

// Pages that could not be shown.
texts! {
    ASK_ONE_OF = "If you need it for your work, ask one of these people:";
    BACK_HOME = "Back to Home";
    GO_HOME = "Go to Home";
    GO_TO_SIGN_IN = "Go to sign-in";
    NEEDS_PERMISSION = "It needs the permission";
    NO_GROUP_GIVES_IT = ", which none of your groups gives you.";
}

// The doors.
texts! {
    AT = "at";
    HIDE = "Hide";
    PASSWORD = "Password";
    PASSWORD_AGAIN = "Password again";
    PASSWORD_STRENGTH = "Password strength";
    SET_A_PASSWORD = ". Set a password to start.";
    SET_PASSWORD_AND_START = "Set password and start";
    SET_YOUR_PASSWORD = "Set your password";
    SHOW = "Show";
    SIGN_IN = "Sign in";
    YOUR_SIGN_IN_NAME = "This is your sign-in name.";
}

// New passwords.
texts! {
    BACK_TO_SIGN_IN = "Back to sign-in";
    CHANGE_PASSWORD = "Change password";
    CHECK_YOUR_MAIL = "Check your mail";
    CHOOSE_LONGER = "Choose a longer password";
    CHOOSE_LONGER_HELP = "Without two-factor the one you have is too short. Your new one signs you in here.";
    CURRENT_PASSWORD = "Current password";
    FORGOT_PASSWORD = "Forgot password?";
    FORGOT_PASSWORD_HELP = "We mail you a link to set a new one.";
    LINK_IS_ON_ITS_WAY = "If an account here has this address, a link is on its way to it. It works once, for 30 minutes.";
    NEW_PASSWORD = "New password";
    NEW_PASSWORD_AGAIN = "New password again";
    NOTHING_CAME = "Nothing came? Look among unwanted mail, or ask an admin to send you a reset.";
    RESET_LINK_OVER = "This link has been used, is older than 30 minutes, or a newer one was sent since.";
    RESET_SIGNS_OUT = "It signs you out everywhere. Two-factor stays as it is.";
    SEND_ANOTHER_LINK = "Ask for a new link";
    SEND_LINK = "Send link";
    SET_PASSWORD = "Set password";
    SIGN_OUT_OTHERS = "Sign out my other sessions";
}

// First run.
texts! {
    BUSINESS_NAME = "Business name";
    CREATE_AND_SIGN_IN = "Create and sign in";
    EXPLORE_SAMPLE = "Explore a sample business";
    EXPLORE_SAMPLE_HELP = "Jewellers with 4 stores and 30 people. Nothing is sent to anyone.";
    FIRST_RUN = "First run";
    FIRST_STORE = "First store";
    HOW_TO_START = "How do you want to start?";
    ONE_STORE_IS_ENOUGH = "One store is enough. Pickers and store fields appear when you add the second.";
    SETUP_FOOT = "This link works once. After that, people are invited from Settings, Users.";
    SET_UP_KEYHOLDER = "Set up Keyholder";
    SET_UP_MINE = "Set up my business";
    SET_UP_MINE_HELP = "Empty books, your stores, your people.";
    YOU = "You";
    YOUR_BUSINESS = "Your business";
    YOU_WILL_BE_OWNER = "You will be the owner: a Super Admin, who may do everything.";
}

// Home and the desk modules.
texts! {
    ADD_STORE = "Add your second store";
    ADD_STORE_HELP = "The store picker appears with it, and each person gets the stores they work in.";
    ALL_QUIET = "All quiet";
    ALL_QUIET_HELP = "Nothing needs you now.";
    INVITE_FIRST = "Invite the first person";
    INVITE_FIRST_HELP = "Pick what they may see and do; they set their own password.";
    LATEST_CHANGES = "Latest changes to access";
    NEEDS_YOU = "Needs you today";
    NOT_BUILT_YET = "This part of Keyholder is not built yet. Who may open it is settled already.";
    OPEN_AUDIT_LOG = "Open the audit log";
    SEE_SESSIONS = "See sessions";
    SIGNED_IN_NOW = "Signed in now";
    WAITING_INVITES_HELP = "They have not set a password yet.";
    YOUR_WORK = "Your work";
}

// People.
texts! {
    ACCESS = "Access";
    ACCOUNT = "Account";
    ACTS_AT_NEXT_PAGE = "It acts on their next page. Nobody is signed out.";
    ADD_GROUP = "Add a group";
    ALL_THEIR_STORES = "All their stores";
    ANY_GROUP = "Any group";
    ANY_STATUS = "Any status";
    ANY_STORE = "Any store";
    APPLY = "Apply";
    CAN_BE_REACTIVATED = "can be reactivated.";
    CLEAR_FILTERS = "Clear filters";
    CLEAR_SELECTION = "Clear selection";
    CREATED = "Created";
    DEACTIVATE = "Deactivate";
    DEACTIVATED_ARE_HIDDEN = "Deactivated people are hidden.";
    DETAILS = "Details";
    DISPLAY_NAME = "Display name";
    DISPLAY_NAME_HELP = "Shown in lists, records and the audit log instead of the full name.";
    ENDS = "Link ends";
    FIRST_NAME = "First name";
    FOR_ALL_THEIR_STORES = "for all their stores";
    GROUP = "Group";
    GROUPS = "Groups";
    GROUPS_HELP = "What they may see and do. With several, they get everything any of them gives.";
    INVITE = "Invite";
    INVITED_EXPIRED = "Invited, expired";
    IS_HERE = "has it.";
    LAST_NAME = "Last name";
    LAST_SIGN_IN = "Last sign-in";
    MAIL = "Mail";
    MORE_ACTIONS = "More actions";
    NEW_USER = "New user";
    NEW_USER_HELP = "They get an email with a link to set their password. The link lives 7 days.";
    NO_GROUPS = "No group. They can sign in and do nothing.";
    NO_GROUP_TO_ADD = "None";
    NOT_YOURS_TO_GIVE = "It gives more than you hold yourself";
    RAN_OUT = "Link ended";
    REACTIVATE = "Reactivate";
    RESEND_INVITE = "Resend invite";
    SAVE_AND_INVITE = "Save and send invite";
    SEARCH_USERS = "Search by name or email";
    SELECT = "Select";
    SELECT_ALL = "Select all on this page";
    SEND_RESET = "Send password reset";
    SENT = "Sent";
    SESSIONS_OPEN = "Open sessions";
    SHOW_DEACTIVATED = "Show deactivated";
    STORES_HELP = "Where they work. They see nothing of the others.";
    THEIR_SIGN_IN_NAME = "This is their sign-in name.";
    TWO_FACTOR = "Two-factor";
    TWO_FACTOR_ANY = "2FA on or off";
    TWO_FACTOR_OFF = "2FA off";
    TWO_FACTOR_ON = "2FA on";
    UNLOCK = "Unlock";
    USERS = "Users";
    WHERE = "Where";
    WITHDRAW_CONSEQUENCE = "The link in their mail stops working and the account is deactivated. It can be reactivated later.";
    WITHDRAW_INVITE = "Withdraw invite";
    YOU_IN_BRACKETS = "(you)";
}

// Permission groups and the permission grid.
texts! {
    BUILT_IN = "Built in";
    COMMA_CHANGED = ", changed";
    CREATE_GROUP = "Create group";
    DELETE_GROUP = "Delete group";
    DELETE_GROUP_IN_USE = "Its people move to the group you pick, for the same stores.";
    DELETE_GROUP_UNUSED = "Nobody is in it, so nobody loses anything.";
    DISCARD = "Discard";
    DUPLICATE = "Duplicate";
    EXTRA_PERMISSIONS = "Extra permissions";
    EXTRA_PERMISSIONS_HELP = "In no level. Ticked one by one.";
    LOCKED = "Locked";
    MODULE_AND_LEVEL = "Module and level";
    MOVE_PEOPLE_TO = "Move its people to";
    NEW_GROUP = "New group";
    NEW_GROUP_HELP = "A named role. Whoever is in it may do all that is ticked.";
    NO_CHANGES = "Nothing is changed yet.";
    PERMISSION_GROUPS = "Permission groups";
    PERMISSION_GROUPS_HELP = "Who is in several groups gets everything any of them gives.";
    PICK_A_GROUP = "Pick a group";
    PREVIEW_CHANGES = "Preview changes";
    RESET_TO_DEFAULTS = "Reset to defaults";
    SAVE_CHANGES = "Save changes";
    SUMMARY = "Summary";
    SUMMARY_HELP = "What its people do, in one line";
    SUPER_ADMIN_LOCKED = "Super Admin is locked: it always gives everything in all stores, also what later versions add.";
    TIER_MANAGE = "Manage adds";
    TIER_READ = "Read";
    TIER_WRITE = "Write adds";
    WHAT_ITS_PEOPLE_MAY_DO = "What its people may do";
    WHAT_THESE_DO = "What these do";
}

// Who can.
texts! {
    ANY_STORE_LOWER = "any store";
    BECAUSE_OF = "Because of";
    EXPORT_ALL = "Export all permissions";
    OVERRIDE = "Override";
    SUPER_ADMIN_ALWAYS = "Super Admin, always";
    WHO_CAN = "Who can";
    WHO_CAN_HELP = "Pick a permission and a store to see everybody who holds it there, and why.";
    WHO_CAN_ONE_STORE_HELP = "Pick a permission to see everybody who holds it, and why.";
}

// Import.
texts! {
    ALL_LINES = "All lines";
    BACK_TO_USERS = "Back to Users";
    CSV_FILE = "CSV file";
    CSV_FILE_HELP = "Text in UTF-8, at most 5,000 people and 2 MB. Nothing is saved before you have seen every line.";
    CSV_GROUPS_HELP = "By name, several with ; between them. Sales@Bath gives Sales in Bath alone.";
    CSV_GROUPS_ONE_STORE_HELP = "By name, several with ; between them.";
    CSV_STORES_HELP = "By name or short code, several with ; between them.";
    CSV_TEMPLATE = "Empty file to fill in";
    DOWNLOAD_PROBLEMS = "Download with problems";
    EMPTY_IN_BRACKETS = "(empty)";
    FIRST_LINE = "First line";
    IMPORT_CSV = "Import CSV";
    IMPORT_USERS = "Import users";
    INVITES = "Invites";
    LINE = "Line";
    MAILS = "Mails";
    MAILS_SENT = "Mails sent";
    ONLY_ERRORS = "Only errors";
    READY = "Ready";
    REFRESH = "Refresh";
    RESULT = "Result";
    STEPS = "Steps";
    STEP_CHECK = "Check";
    STEP_IMPORT = "Import";
    STEP_UPLOAD = "Upload";
    UPLOAD_AGAIN = "Upload again";
    UPLOAD_AND_CHECK = "Upload and check";
}

// A person's access.
texts! {
    AS_GROUPS_SAY = "As groups say";
    BOX_ALLOWED = "Allowed by override";
    BOX_DENIED = "Denied by override";
    BOX_NO = "Not given";
    BOX_SOME = "In some of their stores";
    BOX_YES = "From a group";
    BY_VIEW_ALL = "It leaves them to see this in stores that are not theirs.";
    COUNTS_LATER = "They do not work here at the moment. It counts as soon as they do.";
    CUSTOMERS_ANYWHERE = "Customers of the business";
    CUSTOMERS_ANYWHERE_HELP = "They belong to no store: one store where they may do this is enough.";
    HOLDS_NOTHING = "Nothing counts";
    LAST_DAY = "Last day";
    LEVELS_HELP = "Only for overrides. A change here marks this one person in amber; a group is easier to look after.";
    NOT_HELD_YOURSELF = "You do not hold it yourself";
    OVERRIDES_DO_NOT_APPLY = "A Super Admin may do everything in all stores. Overrides do not apply.";
    PERMISSIONS_PER_MODULE = "Permissions per module";
    REASON = "Reason";
    REASON_HELP = "For every new override without a reason of its own. It stands in Why and in the audit log.";
    SAVE_LAST_DAY = "Save last day";
    SHOW_FOR = "Show for";
    SUPER_ADMIN = "Super Admin: everything";
    UNTIL = "Until";
    VIEW_ALL_STORES = "View all stores";
    WHAT_THE_BOXES_MEAN = "What the boxes mean";
}

// Stores.
texts! {
    ADDRESS = "Address";
    ADD_THE_STORE = "Add store";
    CODE_HELP = "2 to 6 capital letters or digits, such as BTH";
    DEACTIVATE_STORE = "Deactivate store";
    NEW_STORE = "New store";
    NOBODY_WORKS_HERE = "Nobody works here yet.";
    ONE_STORE = "With one store there is no picker, and nobody is asked for a store.";
    PEOPLE = "People";
    REACTIVATE_STORE = "Reactivate store";
    SHOW_IN_USERS = "Show in Users";
    STORE = "Store";
    STORES = "Stores";
    TIME_ZONE = "Time zone";
    TIME_ZONE_HELP = "Dates and times of the store are shown in it.";
}

// The audit log.
texts! {
    ACTION = "Action";
    ACTIVITY = "Activity";
    AFTER = "After";
    ANYBODY = "Anybody";
    ANY_ACTION = "Any action";
    ANY_OBJECT = "On anything";
    ANY_RESULT = "Any result";
    ANY_TIME = "Any time";
    AUDIT_LOG = "Audit log";
    BEFORE = "Before";
    BROKEN_HELP = "Somebody changed, added or removed entries outside Keyholder. Every entry before this one is as it was written. Whoever runs Keyholder can look again with keyholder audit verify.";
    BUSINESS = "Business";
    CLOSE = "Close";
    DATE = "Date";
    DEVICE = "Device";
    ENTRIES = "Entries";
    ENTRY = "Entry";
    EVERYTHING_BY = "Everything they did";
    EVERYTHING_ON = "Everything done to this";
    FIELD = "Field";
    FIRST_DAY = "First day";
    IP = "IP";
    LOOK_FURTHER = "Look further back";
    NEWEST = "Newest";
    NOTHING_DONE = "Nothing is written down here yet";
    NOT_AMONG_THOSE = "This entry is not among those below.";
    OBJECT = "On what";
    OLDER = "Older";
    PERSON = "Person";
    SEARCH_LOG = "Search in the log";
    SEARCH_LOG_HINT = "Search names, numbers, values";
    THREE_LETTERS = "Write at least 3 letters to search.";
    WHAT = "What";
    WHEN = "When";
    WHO = "Who";
    WRITE_MORE = "Write more of the name.";
}

// The second factor.
texts! {
    BACK_TO_PROFILE = "Back to my profile";
    CODES_SAVED = "I have saved these codes";
    CODE_OR_RECOVERY = "6-digit code or recovery code";
    CODE_OR_RECOVERY_HELP = "From your authenticator app, or one of the codes you saved";
    CODE_SHOWN_NOW = "Code the app shows now";
    CONFIRM = "Confirm";
    CONTINUE = "Continue";
    CONTINUE_TO_KEYHOLDER = "Continue to Keyholder";
    COPIED = "Copied";
    COPY = "Copy";
    DOWNLOAD = "Download";
    ENTER_CODE = "Enter your code";
    ENTER_CODE_HELP = "Open your authenticator app and type the 6 digits it shows for Keyholder.";
    FACTOR_DISABLED = "Tried too often. Nobody gets in with it until it is reset.";
    MAKE_CODES = "Make new codes";
    MANAGE = "Manage";
    NEW_RECOVERY_CODES = "New recovery codes";
    NOTE = "Note";
    NOTE_HELP = "What you asked and what you saw. It stays in the audit log.";
    NO_CODES_LEFT = "No codes left? Ask an owner or admin to reset your two-factor. They will call you first.";
    OR_TYPE_KEY = "Or type the key";
    PRINT = "Print";
    QR_CODE = "QR code with your two-factor key";
    RECOVERY_CODE = "Recovery code";
    RECOVERY_CODES = "Recovery codes";
    RECOVERY_CODE_HELP = "One of the ten you saved, for example 7QKM-2XWD-NCF3-2EPF. Each works once.";
    RENEW_HELP = "The codes you have now stop working.";
    REQUIRED = "Required";
    RESET_TWO_FACTOR = "Reset 2FA";
    SAVE_CODES = "Save your recovery codes";
    SAVE_CODES_HELP = "If you lose your phone, each of these signs you in once. Keep them somewhere that is not your phone. They are shown this one time.";
    SCAN_THIS = "Scan this with the app";
    SET_UP_TWO_FACTOR = "Set up two-factor";
    SHOW_KEY = "Show my key";
    SIGN_IN_AS_OTHER = "Sign in as someone else";
    SIGN_IN_WITH_RECOVERY = "Sign in with recovery code";
    SINCE = "Since";
    SINCE_THEN = "since";
    SIX_DIGITS = "6-digit code";
    STEP_CODES = "2. Save recovery codes";
    STEP_KEY = "1. Add the key";
    TURN_OFF = "Turn off";
    TURN_OFF_HELP = "Your password alone will sign you in. If it is shorter than 15 characters, the next sign-in asks for a new one. Your recovery codes stop working.";
    TURN_OFF_TWO_FACTOR = "Turn off two-factor";
    USE_RECOVERY_CODE = "Use a recovery code";
    VERIFIED_HELP = "Never by email alone: whoever has their mailbox could ask you too.";
    VERIFIED = "How it was verified";
    VERIFIED_HOW = "How did you verify that it is them?";
}

// Settings, Security.
texts! {
    AT_MOST_30_DAYS = "At most 30 days. Shorter limits act on open sessions at their next click.";
    EACH_DECIDES = "Each person decides for themselves.";
    HOURS = "hours";
    MINUTES = "minutes";
    ONE_SESSION = "One active session per user";
    ONE_SESSION_HELP = "Signing in elsewhere ends the older one, and that device says so. Turning it on keeps everybody's newest.";
    REQUIRED_FOR_ADMINS = "Required for Admins";
    REQUIRED_FOR_EVERYONE = "Required for everyone";
    REQUIRE_TWO_FACTOR = "Require 2FA";
    REQUIRE_TWO_FACTOR_HELP = "A second step at sign-in, from an authenticator app. The number is people who have not set it up yet.";
    SECURITY = "Security";
    SIGN_OUT_ANYWAY = "Sign out in any case after";
    SIGN_OUT_IDLE = "Sign out when idle for";
    YOUR_PASSWORD = "Your password";
    YOUR_PASSWORD_HELP = "Asked for again after 10 minutes, before rights or security are changed.";
}

// Sessions.
texts! {
    ACTIVE = "Active";
    ALL_MY_SESSIONS = "All my sessions";
    ANY_DEVICE = "Any device";
    ENDED = "Ended";
    EVERYWHERE = "Everywhere";
    IN_ALL_STORES = "All stores";
    LAST_MAILS = "Mails to them";
    LAST_SEEN = "Last seen";
    LOCKED_UNTIL = "Locked until";
    MY_SESSIONS = "My sessions";
    NONE = "None";
    NOT_SET_YET = "Not set yet";
    NO_OTHERS_END = "No other session is open that you may end.";
    NO_SESSION = "Signed in nowhere now";
    ONE_AT_A_TIME = "One at a time: signing in elsewhere ends the older one.";
    PASSWORD_DISABLED = "Tried too often. It works again once it is set anew.";
    SEARCH_SESSIONS = "Search by name or IP";
    SECOND_STEP_DUE = "Second step still due";
    SESSIONS = "Sessions";
    SESSIONS_HELP = "Who is signed in now, and where.";
    SET = "Set";
    SIGN_IN_CARD = "Sign-in";
    SIGN_OUT_ALL_OTHERS = "Sign out all others";
    SIGN_OUT_EVERYWHERE = "Sign out everywhere";
    SIGN_OUT_OTHERS_QUESTION = "Sign out all others?";
    SIGN_OUT_OWN_QUESTION = "Sign out all your other sessions?";
    STARTED = "Started";
    STATE = "State";
    THIS_SESSION = "This session";
    UNKNOWN_DEVICE = "Unknown device";
    WRONG_TRIES = "Wrong tries";
}

// My profile.
texts! {
    DEFAULT_STORE = "Default store";
    DEFAULT_STORE_HELP = "Where you are after signing in.";
    LAST_CHOSEN_STORE = "The one I chose last";
    OWN_DISPLAY_NAME_HELP = "Shown in lists, records and the audit log instead of your full name.";
}

// Pictures.
texts! {
    CROP = "Cut to a square";
    FIT = "Shape";
    PICTURE = "Picture";
    PICTURE_HELP = "PNG, JPEG or WebP, up to 2 MB. Where and when it was taken is removed.";
    REMOVE_PICTURE = "Remove picture";
    UPLOAD_PICTURE = "Upload picture";
    WHOLE = "Show all of it";
}

// Changing an address.
texts! {
    ASKED = "Asked";
    ASKED_BY = "Asked by";
    CHANGE_EMAIL = "Change email";
    CONFIRM_EMAIL = "Confirm email";
    CONFIRM_EMAIL_HELP = "From then on this email signs you in. Your password and two-factor stay as they are.";
    EMAIL_LINK_OVER = "This link has been used, was withdrawn, or is older than an hour. Ask for a new one on your profile.";
    INVITED_EMAIL_HELP = "The invite is sent there, and the older link stops working.";
    NEW_EMAIL = "New email";
    NEW_EMAIL_HELP = "We mail a link there. Until you open and confirm it, nothing changes.";
    THEIR_NEW_EMAIL_HELP = "We mail them a link there. Until they open and confirm it, nothing changes.";
    WAITS_FOR = "Not confirmed yet";
    WITHDRAW_EMAIL = "Withdraw";
}

// Settings, Business.
texts! {
    BILLING = "Billing";
    BUSINESS_ITSELF = "Name and time zone";
    BUSINESS_NAME_HELP = "It stands at the top of every page and in every mail.";
    BUSINESS_ZONE_HELP = "Dates and times of pages that belong to no store are shown in it. A last day ends at its midnight.";
    COMPANY_NUMBER = "Company number";
    CURRENCY = "Currency";
    SAVE_BILLING = "Save billing";
    CURRENCY_HELP = "Of all prices and invoices, such as GBP or EUR. Amounts already written stay as they are.";
    LEGAL_ADDRESS = "Legal address";
    LEGAL_NAME = "Legal name";
    LEGAL_NAME_HELP = "On invoices, where it is not the name above.";
    PAYMENT_DAYS = "Payment days";
    PAYMENT_DAYS_HELP = "Until an invoice is due.";
    TAX_NUMBER = "Tax number";
    TAX_RATE = "Tax rate";
    TAX_RATE_HELP = "In percent, such as 20 or 17.5.";
}
