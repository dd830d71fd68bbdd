// Light or dark: what was chosen here last, else what the system prefers. A classic script in the head, so that the page
// is never painted in the wrong colours first.
(function () {
  const system = matchMedia('(prefers-color-scheme: dark)')

  function chosen() {
    try {
      return localStorage.getItem('theme')
    } catch {
      return null // storage is switched off: follow the system
    }
  }

  function show() {
    const theme = chosen() || (system.matches ? 'dark' : 'light')
    document.documentElement.dataset.bsTheme = theme
    for (const button of document.querySelectorAll('[data-theme-toggle]')) {
      button.setAttribute('aria-pressed', String(theme === 'dark'))
    }
  }

  function toggle(event) {
    if (!event.target.closest('[data-theme-toggle]')) return
    const theme = document.documentElement.dataset.bsTheme === 'dark' ? 'light' : 'dark'
    try {
      localStorage.setItem('theme', theme)
    } finally {
      show()
      document.dispatchEvent(new CustomEvent('smo:theme', { detail: theme }))
    }
  }

  show()
  system.addEventListener('change', show)
  document.addEventListener('DOMContentLoaded', show)
  document.addEventListener('click', toggle)
})()
