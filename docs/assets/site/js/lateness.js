// A page is the same bytes every day; whether a date has passed is judged here, by the reader's own calendar.
(() => {
  "use strict";

  const two = (n) => String(n).padStart(2, "0");
  const now = new Date();
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;

  // A day is past when the next has begun; a time is past at once.
  const past = (when) => (/^\d{4}-\d{2}-\d{2}$/.test(when) ? when < today : new Date(when.replace(" ", "T")) < now);

  for (const time of document.querySelectorAll("time[datetime][data-late]")) {
    if (!time.dataset.late || !past(time.dateTime)) continue;
    const late = document.createElement("span");
    late.className = "late";
    late.textContent = time.dataset.late;
    time.after(" ", late);
  }
})();
