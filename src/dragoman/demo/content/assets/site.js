// Livada website: everything here is an improvement; the pages work without it.
(() => {
  "use strict";

  // Mark the page we are on in every menu.
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
  }

  // "Open now" in the footer, by the clock of Iași.
  const hours = document.querySelector("[data-opening-hours]");
  if (hours) {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/Bucharest", weekday: "short", hour: "numeric", hour12: false,
    }).formatToParts(new Date());
    const get = (type) => parts.find((part) => part.type === type).value;
    const weekend = ["Sat", "Sun"].includes(get("weekday"));
    const hour = Number(get("hour"));
    const open = weekend ? hour >= 9 && hour < 14 : hour >= 8 && hour < 18;
    hours.textContent = open ? "We are open now" : "Closed now, but the greenhouses never sleep";
  }
})();
