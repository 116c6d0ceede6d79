//! Servers of all kinds inside the process, telling a scripted story.
