//! (comes with the socketio branch)
