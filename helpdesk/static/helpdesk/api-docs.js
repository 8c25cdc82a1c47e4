// The API's page: reads the document of this very desk and calls it with the session and its CSRF token.
"use strict";

(() => {
  const place = document.getElementById("api-docs");
  const root = document.documentElement;
  // The page's program has a class of its own for dark; ours follows the choice made on the desk, or the system.
  const follow = () => root.classList.toggle("dark-mode", root.classList.contains("dark"));
  new MutationObserver(follow).observe(root, { attributeFilter: ["class"] });
  follow();
  const safe = new Set(["GET", "HEAD", "OPTIONS"]);
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      const ours = new URL(request.url, location.href).origin === location.origin;
      if (ours && !safe.has((request.method || "GET").toUpperCase())) {
        request.headers["X-CSRFToken"] = place.dataset.csrf;
      }
      return request;
    },
  });
})();
