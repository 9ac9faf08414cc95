/* Comfort only: every page works without this file.
   data-autosave="URL"   on a form: what is typed is sent there, and kept in this tab when the network fails
   data-follow="URL"     on an element: what the URL answers follows the text of the form named by data-form; each part of the
                         answer named by data-part takes the place of the one of the page. data-late: ask at once
   data-accept="name"    on a button: ticks the box of that name which has its value
   data-limit, data-for  on a hint: characters left of a field
   data-key="r"          on a link, button or choice: the key presses it; "?" opens dialog#keys. Inside a popover, only its own keys
   data-until="instant"  on the undo button: seconds left, gone when they are over
   data-awaited          on an element with an id, while a worker prepares what it will show: taken again from this page every
                         two seconds, until it comes without data-awaited */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const english = document.documentElement.lang === "en";
  const say = (french, other) => (english ? other : french);
  const later = (act, delay) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, delay); }; };
  const clock = () => new Date().toLocaleTimeString(english ? "en-GB" : "fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" }).replace(":", english ? ":" : "\u00a0h\u00a0");
  const kept = { // Private windows may refuse storage: then there is simply nothing kept.
    read: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    write: (key, text) => { try { sessionStorage.setItem(key, text); } catch { /* full or refused */ } },
    drop: (key) => { try { sessionStorage.removeItem(key); } catch { /* refused */ } },
  };

  // Secrets, tokens and files never go to the tab's storage.
  const typed = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && form.elements[name]?.type !== "password");

  const restore = (form, pairs) => {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || ["hidden", "submit", "button", "password", "file"].includes(field.type)) continue;
      const mine = values.get(field.name) || [];
      if (["checkbox", "radio"].includes(field.type)) field.checked = mine.includes(field.value);
      else if (mine.length) field.value = mine[0];
    }
  };

  // Files leave with the form alone, when it is sent.
  const words = (form) => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    return body;
  };

  all("form[data-autosave]").forEach((form) => {
    const address = form.dataset.autosave, key = "kept:" + address, word = form.querySelector("[data-saved]");
    const tell = (text) => { if (word) word.textContent = text; };
    let sent = JSON.stringify(typed(form)), leaving = false, flying = false;
    const left = kept.read(key);
    if (left && left !== sent) {
      restore(form, JSON.parse(left));
      tell(say("Nous avons repris ce que vous aviez tapé et qui n’était pas enregistré.", "We restored what you had typed and was not saved."));
    }
    const save = async () => {
      const now = JSON.stringify(typed(form));
      if (leaving || flying || now === sent) return;
      flying = true;
      let saved = false, refused = "";
      try {
        const answer = await fetch(address, { method: "POST", body: words(form), headers: { "X-Requested-With": "fetch" } });
        saved = answer.ok && !answer.redirected; // a redirect means: signed out
        if (answer.status === 422) refused = await answer.text(); // one sentence: which field is not kept, and why
      } catch { /* no network: kept below */ }
      flying = false;
      if (leaving) return;
      if (refused) { sent = now; kept.write(key, now); tell(refused); }
      else if (saved) { sent = now; kept.drop(key); tell(say("Enregistré à ", "Saved at ") + clock()); }
      else { kept.write(key, now); tell(say("Pas de réseau : gardé dans cet onglet, nouvel essai dans un instant.", "No network: kept in this tab, trying again shortly.")); }
      if (!(saved || refused) || JSON.stringify(typed(form)) !== sent) setTimeout(save, saved || refused ? 1500 : 10000);
    };
    form.addEventListener("input", later(save, 1500));
    form.addEventListener("change", later(save, 300));
    form.addEventListener("submit", () => { leaving = true; kept.drop(key); });
    if (left && left !== sent) save();
  });

  // What is beside a text follows it after a pause in typing. The old answer stays until another one is there, and for as long
  // as the keyboard is in it; a late or failed answer changes nothing.
  const renew = (html) => {
    all("[data-part]", new DOMParser().parseFromString(html, "text/html")).forEach((part) => {
      const place = document.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!place) return;
      place.renew = () => {
        if (place.contains(document.activeElement)) return place.addEventListener("focusout", () => setTimeout(() => place.renew()), { once: true });
        if (place.innerHTML !== part.innerHTML) place.innerHTML = part.innerHTML;
      };
      place.renew();
    });
  };

  all("[data-follow]").forEach((panel) => {
    const form = document.getElementById(panel.dataset.form);
    if (!form) return;
    const written = () => JSON.stringify(typed(form));
    let asked = "late" in panel.dataset ? "" : written(), flight, late;
    const look = async () => {
      const now = written();
      clearTimeout(late);
      if (now === asked) return;
      asked = now;
      flight?.abort();
      flight = new AbortController();
      try {
        // POST: a whole description does not fit in an address, and must not stay in logs.
        const answer = await fetch(panel.dataset.follow, { method: "POST", body: new FormData(form), signal: flight.signal, headers: { "X-Requested-With": "fetch" } });
        if (answer.status === 200 && !answer.redirected) renew(await answer.text());
        else if (answer.status === 204 && asked === now) { asked = ""; late = setTimeout(look, 3000); }
      } catch { /* a panel that cannot follow keeps what it showed */ }
    };
    panel.hidden = false;
    form.addEventListener("input", later(look, 250));
    if (!asked) look();
  });

  // A suggested theme ticks its box; without JavaScript the button sends the form.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-accept]");
    const box = button && all(`input[name="${button.dataset.accept}"]`, button.form).find((one) => one.value === button.value);
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    box.focus();
    button.remove();
    ["input", "change"].forEach((name) => box.dispatchEvent(new Event(name, { bubbles: true })));
  });

  all("[data-limit]").forEach((hint) => {
    const field = document.getElementById(hint.dataset.for), limit = Number(hint.dataset.limit);
    if (!field) return;
    const live = document.createElement("span");
    live.className = "visually-hidden";
    live.setAttribute("role", "status");
    hint.after(live);
    const speak = later(() => { live.textContent = hint.textContent; }, 1000);
    const count = () => {
      const left = limit - field.value.length;
      hint.classList.toggle("over", left < 0);
      hint.textContent = left < 0 ? say(`${-left} signes de trop`, `${-left} characters too many`) : say(`Il reste ${left} signes`, `${left} characters left`);
    };
    field.addEventListener("input", () => { count(); if (limit - field.value.length < limit / 10) speak(); });
    count();
  });

  // One press is enough. The button stays enabled (a disabled one would not be sent) and forgets when one comes back.
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (form.method === "dialog") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") { form.dataset.sent = "1"; button?.setAttribute("aria-busy", "true"); }
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }));

  // A browser forgets autofocus where the address names a field, as it does once one came by a link of a summary.
  const problem = document.querySelector(".problem[autofocus]");
  if (problem && location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
    problem.focus();
  }

  // A panel that the keyboard has left would lie over what it reaches next.
  if ("popover" in HTMLElement.prototype) document.addEventListener("focusin", (event) => all(":popover-open").forEach((panel) => {
    if (!panel.contains(event.target) && event.target.popoverTargetElement !== panel) panel.hidePopover();
  }));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (event.key === "?") { const keys = document.getElementById("keys"); if (keys) { event.preventDefault(); keys.showModal(); } return; }
    const target = all("[data-key]", event.target.closest("[popover]") || document).find((element) => element.dataset.key === event.key && element.getClientRects().length);
    if (target) { event.preventDefault(); target.focus(); target.click(); }
  });

  all("[data-until]").forEach((button) => {
    const end = Date.parse(button.dataset.until), words = button.firstChild;
    const first = words.textContent.trim();
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) { button.closest("form").remove(); return; }
      words.textContent = `${first} (${left} s) `;
      setTimeout(tick, 1000);
    };
    if (end) tick();
  });

  all("[data-awaited]").forEach((part) => {
    const look = async () => {
      try {
        const answer = await fetch(location.href);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
        if (fresh && !part.contains(document.activeElement)) { part.replaceWith(fresh); part = fresh; }
      } catch { /* the link in it does the same by hand */ }
      if ("awaited" in part.dataset) setTimeout(look, 2000);
    };
    setTimeout(look, 2000);
  });
})();
