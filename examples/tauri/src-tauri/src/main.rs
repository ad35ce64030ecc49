#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod sidecar;

use sidecar::{Facts, Sidecar, State};

/// Where the sidecar is, once it runs. `connectTauri` asks before each attempt to connect.
#[tauri::command]
async fn sidecar(sidecar: tauri::State<'_, Sidecar>) -> Result<Facts, String> {
    sidecar.facts().await.map_err(|error| error.to_string())
}

/// How the sidecar is. The event `sidecar` tells each change.
#[tauri::command]
fn sidecar_state(sidecar: tauri::State<'_, Sidecar>) -> State {
    sidecar.state()
}

#[tauri::command]
fn restart_sidecar(sidecar: tauri::State<'_, Sidecar>) {
    sidecar.restart();
}

fn main() {
    tauri::Builder::default()
        .plugin(tauri_plugin_shell::init())
        .manage(Sidecar::default())
        .invoke_handler(tauri::generate_handler![sidecar, sidecar_state, restart_sidecar])
        .setup(|app| {
            tauri::async_runtime::spawn(sidecar::supervise(app.handle().clone()));
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the application could not run");
}
