"use strict";
const drawn = document.getElementById("swagger-ui");

// What Swagger UI leaves unsaid to who does not see: levels of headings, names of lists and regions, a way to scroll by keys.
function name() {
  for (const [where, level] of [[".opblock-tag", 2], [".opblock-section-header h4, .responses-inner h4, .models h4", 3]]) {
    drawn.querySelectorAll(where).forEach((heading) => {
      heading.setAttribute("role", "heading");
      heading.setAttribute("aria-level", level);
    });
  }
  drawn.querySelectorAll("select:not([aria-label]):not([id])").forEach((list) => {
    list.setAttribute("aria-label", list.closest("tr")?.dataset.paramName || "Media type");
  });
  drawn.querySelectorAll("pre:not([tabindex])").forEach((code) => { code.tabIndex = 0; });
  drawn.querySelectorAll(".responses-table[role]:not([aria-label])").forEach((table) => {
    table.setAttribute("aria-label", "Responses: " + table.closest(".opblock").querySelector(".opblock-summary-control").textContent);
  });
  const about = drawn.querySelector(".information-container:not([role])");
  if (about) {
    about.setAttribute("role", "region");
    about.setAttribute("aria-label", "About this API");
  }
}

new MutationObserver(name).observe(drawn, { childList: true, subtree: true });
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: false, validatorUrl: null, syntaxHighlight: { activated: false } });
// The list of problems stands below what is drawn late: go to it once it is there.
window.addEventListener("load", () => {
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted) setTimeout(() => wanted.scrollIntoView(), 1000);
});
