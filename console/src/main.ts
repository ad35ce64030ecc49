import { mount } from "svelte";
import "./theme.css";
import "./app.css";
import App from "./app.svelte";

mount(App, { target: document.getElementById("console") as HTMLElement });
