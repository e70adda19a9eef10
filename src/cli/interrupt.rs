//! Ctrl-C, as something a query can be waited for beside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Builder;
use tokio::sync::Notify;

use super::error::{Error, Result};

/// Ctrl-C, as something a query can be waited for beside.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    pressed: Arc<Notify>,
    unheard: Arc<AtomicBool>,
    is_deaf: Arc<AtomicBool>,
}

/// As long as it is held, Ctrl-C is for another program at the same terminal.
pub struct Deaf(Interrupt);

impl Drop for Deaf {
    fn drop(&mut self) {
        self.0.is_deaf.store(false, Ordering::SeqCst);
    }
}

impl Interrupt {
    /// Listens from now on, on a thread of its own. Pressed twice without being heard, the program
    /// ends at once.
    pub fn listen() -> Self {
        let interrupt = Self::default();
        let heard = interrupt.clone();
        let (is_listening, listens) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                // Asked once, it is registered. Nothing must run before: Ctrl-C would end the program.
                let mut next = Box::pin(tokio::signal::ctrl_c());
                let first = futures::poll!(&mut next);
                let _ = is_listening.send(());
                if first.is_ready() {
                    next = Box::pin(tokio::signal::ctrl_c());
                }
                while std::mem::replace(&mut next, Box::pin(tokio::signal::ctrl_c())).await.is_ok()
                {
                    if heard.is_deaf.load(Ordering::SeqCst) {
                        continue;
                    }
                    if heard.unheard.swap(true, Ordering::SeqCst) {
                        std::process::exit(130);
                    }
                    heard.pressed.notify_waiters();
                }
            });
        });
        let _ = listens.recv(); // an error: it cannot listen, and Ctrl-C ends the program
        interrupt
    }

    /// Forgets what was pressed while nothing ran.
    pub fn forget(&self) {
        self.unheard.store(false, Ordering::SeqCst);
    }

    /// Does not hear Ctrl-C from now on.
    pub fn deafen(&self) -> Deaf {
        self.is_deaf.store(true, Ordering::SeqCst);
        Deaf(self.clone())
    }

    /// Does the work, or is interrupted.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let pressed = self.pressed.notified();
        if self.unheard.swap(false, Ordering::SeqCst) {
            return Err(Error::Interrupted);
        }
        tokio::select! {
            biased;
            () = pressed => {
                self.forget();
                Err(Error::Interrupted)
            }
            done = work => Ok(done),
        }
    }
}
