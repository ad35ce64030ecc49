use tauri_build::{AppManifest, Attributes};

/// Commands that are named here may be called by those windows alone whose capability allows it.
fn main() {
    let commands = AppManifest::new().commands(&["sidecar", "sidecar_state", "restart_sidecar"]);
    tauri_build::try_build(Attributes::new().app_manifest(commands)).expect("tauri-build");
}
