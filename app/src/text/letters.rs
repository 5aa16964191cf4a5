//! Small and capital letters of any language. A browser knows them, so it need not load the tables
//! of them that Rust brings.

/// In small letters.
#[must_use]
pub fn lower(text: &str) -> String {
    #[cfg(feature = "ssr")]
    return text.to_lowercase();
    #[cfg(not(feature = "ssr"))]
    return js_sys::JsString::from(text).to_lower_case().into();
}

/// In capital letters.
#[must_use]
pub fn upper(text: &str) -> String {
    #[cfg(feature = "ssr")]
    return text.to_uppercase();
    #[cfg(not(feature = "ssr"))]
    return js_sys::JsString::from(text).to_upper_case().into();
}
