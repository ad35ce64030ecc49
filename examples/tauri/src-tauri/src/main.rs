#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod sidecar;

use sidecar::Sidecar;

fn main() {
    tauri::Builder::default()
        .plugin(tauri_plugin_shell::init())
        .manage(Sidecar::default())
        .invoke_handler(tauri::generate_handler![sidecar::sidecar, sidecar::sidecar_state, sidecar::restart_sidecar])
        .setup(|app| {
            tauri::async_runtime::spawn(sidecar::supervise(app.handle().clone()));
            Ok(())
        })
        .run(tauri::generate_context!())
        .expect("the application could not run");
}
