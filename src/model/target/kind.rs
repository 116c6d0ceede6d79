//! The kinds of monitors and their names.

macro_rules! kinds {
    ($($kind:ident: $name:literal, $short:literal, $tab:literal, $wide_tab:literal;)+) => {
        /// How heartbeats come from a target.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($kind,)+
        }

        impl Kind {
            pub const ALL: [Kind; [$(Kind::$kind,)+].len()] = [$(Kind::$kind,)+];

            /// The key of the config, and the name in reports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$kind => $name,)+ }
            }

            /// The name in a narrow column, at most 4 letters.
            pub const fn short(self) -> &'static str {
                match self { $(Kind::$kind => $short,)+ }
            }

            /// The name on a tab.
            pub const fn tab(self, wide: bool) -> &'static str {
                match self { $(Kind::$kind => if wide { $wide_tab } else { $tab },)+ }
            }
        }
    };
}

// The name, then the short name, the name on a narrow tab and on a wide one.
kinds! {
    Http: "http", "http", "HTTP", "HTTP";
    Websocket: "websocket", "ws", "WS", "WS";
    Sse: "sse", "sse", "SSE", "SSE";
    Socketio: "socketio", "sio", "SIO", "Socket.IO";
    Push: "push", "push", "Push", "Push";
}
