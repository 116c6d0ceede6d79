//! Questions of the screen about the past, which are answered beside the drawing.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::lock::LockExt;
use crate::tui::{HistoryAnswer, HistoryQuestion};

/// One question at a time is answered. A later question replaces one that waits. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Questions(Arc<Mutex<QuestionQueue>>);

#[derive(Default)]
struct QuestionQueue {
    waiting: Option<HistoryQuestion>,
    is_busy: bool,
    answers: VecDeque<HistoryAnswer>,
}

impl Questions {
    /// Lets a question wait. Returns true if nothing answers now: the caller must start what takes
    /// the questions until there is none.
    pub(super) fn put(&self, question: HistoryQuestion) -> bool {
        let mut queue = self.0.lock().ignore_poison();
        queue.waiting = Some(question);
        !std::mem::replace(&mut queue.is_busy, true)
    }

    /// Takes the question that waits. After `None`, the next one must be taken by another start.
    pub(super) fn take(&self) -> Option<HistoryQuestion> {
        let mut queue = self.0.lock().ignore_poison();
        let question = queue.waiting.take();
        queue.is_busy = question.is_some();
        question
    }

    pub(super) fn answer(&self, answer: HistoryAnswer) {
        self.0.lock().ignore_poison().answers.push_back(answer);
    }

    /// Returns an answer that has come since the last call.
    pub(super) fn next_answer(&self) -> Option<HistoryAnswer> {
        self.0.lock().ignore_poison().answers.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;

    #[test]
    fn a_later_question_replaces_one_that_waits() {
        let questions = Questions::default();
        assert!(questions.put(HistoryQuestion::Changes));
        let later = HistoryQuestion::Monitor(Text::clean("api"));
        assert!(!questions.put(later.clone()));
        assert_eq!(questions.take(), Some(later));
        assert!(!questions.put(HistoryQuestion::Changes));
        assert_eq!(questions.take(), Some(HistoryQuestion::Changes));
        assert_eq!(questions.take(), None);
        assert!(questions.put(HistoryQuestion::Changes));
    }
}
