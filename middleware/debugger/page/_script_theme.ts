/**
 * Sets the theme that was chosen, before anything is painted. Storage may be
 * forbidden, where the choice lasts as long as the page.
 */
export const THEME_SCRIPT = String.raw`"use strict";
try {
  const chosen = localStorage.getItem("devserve-theme");
  if (/^(dark|light)$/.test(chosen)) {
    document.documentElement.dataset.theme = chosen;
  }
} catch {}
`;

/** The button that changes the theme. */
export const THEME_BUTTON_SCRIPT = String.raw`
const themeButton = document.querySelector("[data-theme-button]");
const systemTheme = matchMedia("(prefers-color-scheme: dark)");
const isDark = () =>
  (document.documentElement.dataset.theme ??
    (systemTheme.matches ? "dark" : "light")) === "dark";
const nameTheme = () => {
  themeButton.textContent = isDark() ? "Light theme" : "Dark theme";
};
themeButton.addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("devserve-theme", theme);
  } catch {}
  nameTheme();
});
systemTheme.addEventListener("change", nameTheme);
nameTheme();
themeButton.hidden = false;
`;
