import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./css/base.css";
import "./css/layout.css";
import "./css/controls.css";
import "./css/table.css";
import "./css/editor.css";
import "./css/tree.css";
import "./css/contact.css";
import "./css/feed.css";

createRoot(document.getElementById("root")!).render(<App />);
