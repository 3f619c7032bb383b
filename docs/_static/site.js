// For keyboards and screen readers: names for the theme's side bars, a level for its captions, and
// the focus for whatever scrolls sideways.
document.addEventListener("DOMContentLoaded", () => {
  const each = (selector, change) => document.querySelectorAll(selector).forEach(change);
  each("[role=heading]:not([aria-level])", (e) => e.setAttribute("aria-level", "2"));
  each("aside.sidebar-drawer", (e) => e.setAttribute("aria-label", "Pages"));
  each("aside.toc-drawer", (e) => e.setAttribute("aria-label", "On this page"));
  each("pre, .table-wrapper, figure.scrolls", (e) => {
    if (e.scrollWidth > e.clientWidth) e.tabIndex = 0;
  });
});
