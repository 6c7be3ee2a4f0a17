"use strict";
window.SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: false, validatorUrl: null });
// The list of problems stands below what is drawn late: go to it once it is there.
window.addEventListener("load", () => {
  const wanted = location.hash && document.getElementById(location.hash.slice(1));
  if (wanted) setTimeout(() => wanted.scrollIntoView(), 1000);
});
