// What plain HTML cannot do alone: theme, focus after htmx swaps, announcements, counters, dialogs, copying.
// Every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  root.classList.add("has-js");

  // One polite live region, in the page from the start.
  function announce(text) {
    const live = document.getElementById("live");
    if (!live || !text) return;
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 60);
  }

  // Theme: the system decides until someone switches; the choice is a cookie so that the server sends it at once.
  const darkSystem = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.bsTheme ? root.dataset.bsTheme === "dark" : darkSystem.matches);
  function showTheme() {
    root.classList.toggle("is-dark", isDark());
    $$("[data-theme-switch]").forEach((button) => {
      button.setAttribute("aria-label", isDark() ? button.dataset.light : button.dataset.dark);
    });
  }
  darkSystem.addEventListener("change", showTheme);
  function switchTheme() {
    root.dataset.bsTheme = isDark() ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.bsTheme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    showTheme();
  }

  // Characters left or too many, read out only when few are left and when the first is too many.
  function count(field) {
    const note = document.getElementById(field.dataset.counter);
    if (!note) return;
    const left = Number(field.dataset.most) - [...field.value].length;
    note.textContent = `${left < 0 ? note.dataset.over : note.dataset.left} ${new Intl.NumberFormat(root.dataset.digits || root.lang).format(Math.abs(left))}`;
    note.classList.toggle("tone-rose", left <= 10);
    if (left === 10 || left === -1) announce(note.textContent);
  }

  // What is typed survives the switch of language, and a sign-in or an error page between sending and taking ("sent",
  // then "owed"), for the same person on the same page. Passwords and files do not.
  const UNKEPT = ["hidden", "password", "file", "submit", "button"];
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const typedFields = () => $$('main form[method="post"]').flatMap((form) => $$("input, select, textarea", form).filter((field) => field.name && !UNKEPT.includes(field.type)));
  const isRefusal = () => Boolean(document.querySelector("[data-keeps-typed]"));
  function keepTyped(slot) {
    const values = typedFields().map((field) => [field.name, isTicked(field) ? field.checked : field.value]);
    try { sessionStorage.setItem(slot, JSON.stringify([location.pathname, root.dataset.person, values])); } catch { /* full or forbidden: the server keeps what was refused */ }
  }
  function takeKept(slot) {
    const text = sessionStorage.getItem(slot);
    sessionStorage.removeItem(slot);
    return text;
  }
  function bringTyped(slot) {
    const [path, person, values] = JSON.parse(takeKept(slot) || "[]");
    const fields = typedFields();
    if (path !== location.pathname || (person || "") !== (root.dataset.person || "") || fields.length !== values.length) return undefined;
    return fields.filter((field, place) => {
      const [name, value] = values[place];
      const key = isTicked(field) ? "checked" : "value";
      if (name !== field.name || field[key] === value) return false;
      field[key] = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    })[0];
  }
  function settleSent() {
    const sent = takeKept("sent");
    if (isRefusal()) {
      if (sent) sessionStorage.setItem("owed", sent);
      return;
    }
    const first = bringTyped("owed");
    if (!first) return;
    const note = document.createElement("div");
    note.className = "notice tone-sky";
    const words = document.createElement("p");
    words.className = "notice-words";
    words.textContent = document.getElementById("live").dataset.typedAgain;
    note.append(words);
    first.form.before(note);
    announce(words.textContent);
  }

  // Time left in the reader's language, renewed each minute; rounded as `relative` in web/formats.py does.
  function showCountdowns() {
    const words = new Intl.RelativeTimeFormat(root.dataset.digits || root.lang, { numeric: "auto" });
    const scale = root.dataset.now ? Date.parse(root.dataset.now) - performance.timeOrigin : 0;
    $$("[data-countdown]").forEach((element) => {
      const minutes = Math.round((Date.parse(element.dataset.countdown) - Date.now() - scale) / 60000);
      const size = Math.abs(minutes);
      element.textContent = size < 90 ? words.format(minutes, "minute") : size < 5730 ? words.format(Math.round(minutes / 60), "hour") : words.format(Math.round(minutes / 1440), "day");
    });
  }

  // Native dialogs: a question before a form is sent, and a `details` that opens as a dialog.
  function ask(title, yes, no, tone = "btn-trace") {
    return new Promise((answered) => {
      const dialog = document.createElement("dialog");
      dialog.className = "confirm-dialog";
      const text = document.createElement("p");
      text.className = "confirm-title";
      text.id = "confirm-title";
      text.textContent = title;
      dialog.setAttribute("aria-labelledby", text.id);
      const form = document.createElement("form");
      form.method = "dialog";
      form.className = "confirm-actions";
      for (const [value, label, kind] of [["yes", yes, tone], ["no", no, "btn-outline"]]) {
        const button = document.createElement("button");
        button.value = value;
        button.className = `btn ${kind}`;
        button.textContent = label;
        form.append(button);
      }
      dialog.append(text, form);
      dialog.addEventListener("close", () => { answered(dialog.returnValue === "yes"); dialog.remove(); });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // Rows of tabs scroll on a phone: bring the current one into sight without moving the page.
  function showCurrentTab(within) {
    $$(".tabs [aria-current]", within).forEach((link) => {
      const list = link.closest("ul");
      const [inner, outer] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
      if (inner.left < outer.left || inner.right > outer.right) list.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    });
  }

  // Pieces that htmx brings are prepared like the first page.
  function prepare(within) {
    $$("[data-counter]", within).forEach(count);
    const summary = within.querySelector("[data-focus]");
    if (summary) summary.focus();
    $$("[data-announce]", within).forEach((element) => announce(element.textContent.trim()));
    showCurrentTab(within);
    showTheme();
    showCountdowns();
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    if (hit("[data-theme-switch]")) switchTheme();
    if (hit("[data-dismiss]")) {
      const box = hit("[data-dismissible]");
      const next = box?.nextElementSibling || document.getElementById("main");
      box?.remove();
      next?.focus?.();
    }
    if (hit("[data-close]")) {
      const details = hit("details");
      details?.removeAttribute("open");
      details?.querySelector("summary")?.focus();
    }
    const copy = hit("[data-copy]");
    if (copy) {
      navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
        copy.querySelector("span").textContent = copy.dataset.copied;
        announce(copy.dataset.copied);
      });
    }
    $$("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.removeAttribute("open"); });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    $$("details[data-menu][open], details[data-confirm-dialog][open]").forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-counter]")) count(event.target);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A save by hand waits for the one that is under way, else it would name a state that is older than its own.
    if (form.matches("[data-autosave].htmx-request")) {
      event.preventDefault();
      event.stopPropagation();
      form.addEventListener("htmx:finally:request", () => setTimeout(() => form.requestSubmit(event.submitter || undefined)), { once: true });
      return;
    }
    if (form.matches(".language-switch")) keepTyped("switched");
    else if (form.closest("main") && !isRefusal()) keepTyped("sent");
    if (!form.dataset.confirm || form.dataset.isConfirmed) return;
    event.preventDefault();
    event.stopPropagation();
    ask(form.dataset.confirm, form.dataset.confirmYes, form.dataset.confirmNo).then((isSure) => {
      if (!isSure) return;
      form.dataset.isConfirmed = "1";
      form.requestSubmit(event.submitter || undefined);
      delete form.dataset.isConfirmed;
    });
  }, true);

  // htmx 4: after a swap of a whole main the new h1 takes focus; after an error its summary; else focus stays.
  document.addEventListener("htmx:before:request", (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.setAttribute) target.setAttribute("aria-busy", "true");
    // What waited in a queue goes out with what the answer before it brought.
    const { form, body } = event.detail?.ctx?.request ?? {};
    if (form && body?.set) $$("[data-live]", form).forEach((field) => body.set(field.name, field.value));
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const target = event.detail?.ctx?.target;
    if (target?.removeAttribute) target.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target;
    const within = target?.isConnected ? target : document;
    settleSent();
    prepare(within);
    if (within.querySelector?.("[data-focus]")) return;
    const isLost = document.activeElement === document.body;
    const isNavigation = target?.matches?.("main, body") || (event.detail?.ctx?.push && isLost);
    if (isNavigation) (within.querySelector("h1") || document.querySelector("h1"))?.focus();
  });
  document.addEventListener("htmx:error", () => announce(document.getElementById("live")?.dataset.networkError));
  document.addEventListener("athar:announce", (event) => announce(event.detail?.text || event.detail?.value));

  bringTyped("switched");
  settleSent();
  prepare(document);
  setInterval(showCountdowns, 60000);
})();
