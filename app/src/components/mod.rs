//! The parts that pages are made of; markup and classes are those of the design's screens.

pub mod avatar;
pub mod badge;
pub mod brand;
pub mod choices;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod door;
pub mod empty;
pub mod error_page;
pub mod field;
pub mod filters;
pub mod form;
pub mod grid;
pub mod icon;
pub mod list;
pub mod live;
pub mod markup;
pub mod menu;
pub mod page;
pub mod pager;
pub mod password;
pub mod preview;
pub mod summary;
pub mod toasts;

pub use avatar::avatar;
pub use icon::icon;
