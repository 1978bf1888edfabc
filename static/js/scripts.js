// The server need not let the browser load pages anew by itself (the header Refresh): the scripts do that, and only
// while somebody looks.
const secure = location.protocol === "https:" ? "; secure" : "";
document.cookie = `scripts=on; path=/; max-age=86400; samesite=lax${secure}`;
