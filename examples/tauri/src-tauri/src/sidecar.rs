//! Runs the sidecar for as long as the application runs: starts it, reads its ready line, and starts it again, after
//! a growing delay, whenever it ends. Its standard input is a pipe that the system closes when the application ends,
//! in whatever way; the sidecar then ends too.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_shell::ShellExt;
use tauri_plugin_shell::process::CommandEvent;
use tokio::sync::mpsc::Receiver;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

const READY_WITHIN: Duration = Duration::from_secs(30);
const FIRST_DELAY: Duration = Duration::from_millis(250);
const LAST_DELAY: Duration = Duration::from_secs(10);
/// After a run of this length the delays begin anew.
const GOOD_RUN: Duration = Duration::from_secs(30);

type EndReason = Box<dyn Error + Send + Sync>;

/// What a client needs to connect.
#[derive(Clone, Serialize)]
pub struct Facts {
    url: String,
    token: String,
    instance: String,
}

/// How the sidecar is, as the page hears it.
#[derive(Clone, Default, Serialize)]
#[serde(tag = "name", rename_all = "camelCase")]
pub enum State {
    #[default]
    Starting,
    Running {
        #[serde(skip)] // the token is for whoever asks for it
        facts: Facts,
    },
    /// Until it runs again.
    Restarting { reason: String },
}

/// Where the sidecar is, once it runs. The page asks before each attempt to connect.
#[tauri::command]
pub async fn sidecar(sidecar: tauri::State<'_, Sidecar>) -> Result<Facts, String> {
    sidecar.facts().await.map_err(|error| error.to_string())
}

/// How the sidecar is. The event `sidecar` tells each change.
#[tauri::command]
pub fn sidecar_state(sidecar: tauri::State<'_, Sidecar>) -> State {
    sidecar.state.borrow().clone()
}

/// Kills it where it runs; another one follows.
#[tauri::command]
pub fn restart_sidecar(sidecar: tauri::State<'_, Sidecar>) {
    sidecar.restart.notify_waiters();
}

/// What the commands share with whoever keeps the sidecar running.
#[derive(Default)]
pub struct Sidecar {
    state: watch::Sender<State>,
    restart: Notify,
}

impl Sidecar {
    /// Waits until it runs.
    async fn facts(&self) -> Result<Facts, watch::error::RecvError> {
        let mut states = self.state.subscribe();
        loop {
            if let State::Running { facts } = &*states.borrow_and_update() {
                return Ok(facts.clone());
            }
            states.changed().await?;
        }
    }

    fn tell(&self, app: &AppHandle, state: State) {
        self.state.send_replace(state.clone());
        let _ = app.emit("sidecar", state); // a page that cannot hear it asks for it when it loads
    }
}

/// Keeps a sidecar running. The application manages a `Sidecar`.
pub async fn supervise(app: AppHandle) -> Infallible {
    let sidecar = app.state::<Sidecar>();
    let mut delay = FIRST_DELAY;
    loop {
        let begun = Instant::now();
        let Err(end) = run(&app, &sidecar).await;
        let reason = end.to_string();
        sidecar.tell(&app, State::Restarting { reason });
        if begun.elapsed() >= GOOD_RUN {
            delay = FIRST_DELAY;
        }
        sleep(delay).await;
        delay = LAST_DELAY.min(delay * 2);
    }
}

/// Runs it once, to its end.
async fn run(app: &AppHandle, sidecar: &Sidecar) -> Result<Infallible, EndReason> {
    let token = new_token()?;
    let (mut events, child) = app
        .shell()
        .sidecar("sidewire")?
        .args(["--port", "0", "--exit-on-stdin-eof"])
        .env("SIDEWIRE_TOKEN", &token)
        .spawn()?;
    let result = tokio::select! {
        result = follow(app, sidecar, token, &mut events) => result,
        () = sidecar.restart.notified() => Err("a restart was asked for".into()),
    };
    let _ = child.kill(); // an error says that it has ended already
    while events.recv().await.is_some() {}
    result
}

/// Of the ready line. The token is not in it: the sidecar got it from here.
#[derive(Deserialize)]
struct Ready {
    url: String,
    instance: String,
}

async fn follow(
    app: &AppHandle,
    sidecar: &Sidecar,
    token: String,
    events: &mut Receiver<CommandEvent>,
) -> Result<Infallible, EndReason> {
    let line = timeout(READY_WITHIN, next_line(events)).await.map_err(|_| "it did not become ready")??;
    let Ready { url, instance } = serde_json::from_slice(&line)?;
    let facts = Facts { url, token, instance };
    sidecar.tell(app, State::Running { facts });
    loop {
        next_line(events).await?;
    }
}

/// The next line of its standard output, or why it ended. Its log joins ours.
async fn next_line(events: &mut Receiver<CommandEvent>) -> Result<Vec<u8>, EndReason> {
    loop {
        match events.recv().await {
            Some(CommandEvent::Stdout(line)) => return Ok(line),
            Some(CommandEvent::Stderr(line)) => {
                let _ = std::io::stderr().write_all(&line); // an application may have none
            }
            Some(CommandEvent::Terminated(end)) => {
                return Err(match (end.signal, end.code) {
                    (Some(signal), _) => format!("signal {signal} ended it").into(),
                    (None, Some(code)) => format!("it ended with status {code}").into(),
                    (None, None) => "it ended".into(),
                });
            }
            Some(CommandEvent::Error(error)) => return Err(error.into()),
            Some(_) => {}
            None => return Err("it ended".into()),
        }
    }
}

/// 256 random bits.
fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
