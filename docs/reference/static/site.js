// Debian 12's furo has a script that browsers refuse, and knows dark pages only where somebody has asked for one. Where
// the theme's own script works, this does nothing.
document.addEventListener("DOMContentLoaded", () => {
    const root = document.documentElement;
    if (!root.classList.contains("no-js")) return;
    root.classList.remove("no-js");

    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const asked = () => {
        const theme = localStorage.getItem("theme");
        return theme === "light" || theme === "dark" ? theme : null;
    };
    const show = () => {
        document.body.dataset.theme = asked() ?? (dark.matches ? "dark" : "light");
    };
    dark.addEventListener("change", show);
    for (const button of document.getElementsByClassName("theme-toggle"))
        button.addEventListener("click", () => {
            localStorage.setItem("theme", document.body.dataset.theme === "dark" ? "light" : "dark");
            show();
        });
    show();
});
