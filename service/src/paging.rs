//! Pages by cursor: a page costs the same wherever it lies (ADR 4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::page::{Count, Page};
use serde::{Deserialize, Serialize};

/// Where a page begins: the sort key and id of its neighbour, and its place in the list.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// The page lies before the neighbour rather than after it.
    #[serde(rename = "b")]
    pub back: bool,
    /// Sort key of the neighbour.
    #[serde(rename = "k")]
    pub key: String,
    /// Id of the neighbour.
    #[serde(rename = "i")]
    pub id: String,
    /// Place of the page's first row, from 1.
    #[serde(rename = "f")]
    pub first: u32,
}

impl Cursor {
    /// Reads a cursor; one with characters that no key has was not written by us.
    pub(crate) fn read(word: &str) -> Option<Self> {
        let cursor: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(word).ok()?).ok()?;
        let plain = |text: &str| !text.chars().any(char::is_control);
        (plain(&cursor.key) && plain(&cursor.id)).then_some(cursor)
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }
}

/// A page out of what was found for it: in the order of the list, and at most `size` rows.
pub(crate) struct Found<'a, T> {
    /// The rows.
    rows: Vec<T>,
    /// There are more in the direction in which was looked.
    beyond: bool,
    /// Where it was looked from; `None` for the first page.
    cursor: Option<&'a Cursor>,
    /// Rows on a full page.
    size: usize,
}

impl<'a, T> Found<'a, T> {
    /// What was found when one row more than a page holds was asked for, in the direction of the
    /// cursor.
    pub(crate) fn cut(mut rows: Vec<T>, size: usize, cursor: Option<&'a Cursor>) -> Self {
        let beyond = rows.len() > size;
        rows.truncate(size);
        if cursor.is_some_and(|cursor| cursor.back) {
            rows.reverse();
        }
        Self {
            rows,
            beyond,
            cursor,
            size,
        }
    }

    /// The page's rows.
    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// How many rows the list has, when all of them stand on this page; nobody has to count then.
    pub(crate) fn all(&self) -> Option<Count> {
        let whole = self.cursor.is_none() && !self.beyond;
        whole.then(|| Count {
            n: u32::try_from(self.rows.len()).unwrap_or(u32::MAX),
            more: false,
        })
    }

    /// The page with the cursors of its neighbours. `place` is sort key and id of a row.
    pub(crate) fn page<R>(
        self,
        total: Count,
        place: impl Fn(&T) -> (String, String),
        shown: impl FnMut(T) -> R,
    ) -> Page<R> {
        let first = self.cursor.map_or(1, |cursor| cursor.first.max(1));
        let (has_previous, has_next) = match self.cursor {
            None => (false, self.beyond),
            Some(cursor) if cursor.back => (self.beyond, true),
            Some(_) => (true, self.beyond),
        };
        let cursor = |row: &T, back, first| {
            let (key, id) = place(row);
            Cursor {
                back,
                key,
                id,
                first,
            }
            .write()
        };
        let size = u32::try_from(self.size).unwrap_or(u32::MAX);
        let len = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let previous = self.rows.first().filter(|_| has_previous);
        let previous = previous.map(|row| cursor(row, true, first.saturating_sub(size).max(1)));
        let next = self.rows.last().filter(|_| has_next);
        let next = next.map(|row| cursor(row, false, first.saturating_add(len)));
        Page {
            first,
            total,
            previous,
            next,
            rows: self.rows.into_iter().map(shown).collect(),
        }
    }
}
