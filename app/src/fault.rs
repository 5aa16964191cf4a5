//! The page that is answered where no page of the app can be: refusals of the layers, and faults.

use domain::{AppError, Problems};

use crate::components::markup::Markup;
use crate::document::MARK;
use crate::text::label;
use crate::{markup, text};

/// A door that stands on nothing but files, since whatever else there is may just have failed. A
/// form that was refused, and has no page to say so, finds here what is to be put right.
#[must_use]
pub fn page(style_sheet: &str, error: &AppError) -> String {
    let said = text::no_page(error);
    let incident = said
        .incident
        .map(|incident| markup!(" <code>" {incident} "</code>"));
    let why = (!said.text.is_empty())
        .then(|| markup!(r#"<p class="muted">"# {said.text} {incident} "</p>"));
    let problems = match error {
        AppError::Invalid(problems) => Some(to_put_right(problems)),
        _ => None,
    };
    markup!(
        r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">"#
        r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#
        r#"<meta name="color-scheme" content="light dark"><link rel="icon" href=""# {MARK}
        r#"" type="image/svg+xml"><link rel="stylesheet" href=""# {style_sheet} r#""><title>"#
        {text::window_title(&said.title, false)}
        r#"</title></head><body><div class="door"><header><span class="brand"><img src=""# {MARK}
        r#"" alt="" width="28" height="28"><span>"# {text::PRODUCT}
        r#"</span></span></header><main><div class="stack"><h1>"# {said.title} "</h1>" {why}
        {problems} r#"<p><a href="/">"# {label::GO_HOME}
        "</a></p></div></main></div></body></html>"
    )
    .into_text()
}

/// The fields, each by its name and with what is wrong with it.
fn to_put_right(problems: &Problems) -> Markup {
    let mut list = markup!("<ul>");
    for problem in &problems.0 {
        list.put(&markup!("<li>" {text::named_problem("", problem)} "</li>"));
    }
    list.fixed("</ul>");
    list
}

#[cfg(test)]
mod tests {
    use domain::ProblemCode;

    use super::*;

    #[test]
    fn r51_an_incident_cannot_bring_markup_into_the_page() {
        let with = |incident: &str| {
            let incident = incident.to_owned();
            page("", &AppError::Internal { incident })
        };
        assert!(with("0a1b2c").contains("<code>0a1b2c</code>"));
        assert!(with("<script>").contains("<code>&lt;script&gt;</code>"));
    }

    #[test]
    fn a_refused_form_is_told_what_is_to_be_put_right() {
        let mut problems = Problems::one("email", ProblemCode::Required);
        problems.add("password", ProblemCode::PasswordLong);
        let page = page("/pkg/1/keyholder.css", &AppError::Invalid(problems));
        assert!(page.contains(r#"href="/pkg/1/keyholder.css""#), "{page}");
        assert!(
            page.contains("<h1>2 things to put right</h1><ul>"),
            "{page}"
        );
        assert!(page.contains("<li>Email: Fill this in</li>"), "{page}");
        assert!(page.contains("<li>Password: This is longer "), "{page}");
    }
}
