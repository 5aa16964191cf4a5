//! How [`AppError`] crosses the network: as JSON, by Leptos' server functions.

use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::error::AppError;

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// The framework's own failures as codes; its prose stays behind (req. 51).
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Offline,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::BadRequest,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => Self::Internal {
                incident: String::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_the_words_of_the_framework_do_not_reach_the_person() {
        for error in [
            ServerFnErrorErr::Args("missing field `secret`".into()),
            ServerFnErrorErr::ServerError("SELECT secret".into()),
            ServerFnErrorErr::Deserialization("secret at line 1".into()),
            ServerFnErrorErr::Request("secret host".into()),
        ] {
            let bytes = AppError::from_server_fn_error(error).ser();
            assert!(!String::from_utf8_lossy(&bytes).contains("secret"));
        }
    }

    #[test]
    fn an_error_reads_back_as_it_was_sent() {
        let error = AppError::TooMany { retry_after: 90 };
        assert_eq!(AppError::de(error.ser()), error);
    }
}
