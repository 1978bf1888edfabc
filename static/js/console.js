// Everything that the pages do beyond htmx. Each module works on its own and only adds to what works without it.
import "./ago.js";
import "./back.js";
import "./choices.js";
import "./copy.js";
import "./countdown.js";
import "./dialogs.js";
import "./drafts.js";
import "./filters.js";
import "./focus.js";
import "./keys.js";
import "./menus.js";
import "./messages.js";
import "./once.js";
import "./palette.js";
import "./polling.js";
import "./scripts.js";
import "./select.js";
