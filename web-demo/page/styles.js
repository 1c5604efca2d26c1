/** Styles that several components share. */
import { css } from "lit";

export const base = css`
  :host {
    box-sizing: border-box;
    display: block;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
  }
  ul,
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    fill: currentColor;
    flex: none;
    height: 1.25em;
    width: 1.25em;
  }
  .visually-hidden {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      scroll-behavior: auto !important;
      transition: none !important;
    }
  }
`;

export const controls = css`
  button {
    align-items: center;
    background: none;
    border: 1px solid transparent;
    border-radius: 0.625rem;
    color: inherit;
    cursor: pointer;
    display: inline-flex;
    font: inherit;
    gap: 0.5em;
    justify-content: center;
    min-height: 2.5rem;
    padding: 0.375rem 0.875rem;
  }
  button:hover {
    background: var(--raised);
  }
  button.primary {
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  button.primary:hover {
    filter: brightness(1.1);
  }
  button.outlined {
    border-color: var(--field-line);
  }
  button.round {
    border-radius: 50%;
    height: 2.5rem;
    padding: 0;
    width: 2.5rem;
  }
  button.link {
    color: var(--accent);
    justify-content: start;
    min-height: 1.75rem;
    padding: 0.125rem 0.25rem;
    text-align: start;
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
  button[aria-disabled="true"] {
    cursor: default;
    opacity: 0.6;
  }
  label {
    display: block;
    font-weight: 600;
    margin-block-end: 0.25rem;
  }
  input,
  textarea {
    background: var(--surface);
    border: 1px solid var(--field-line);
    border-radius: 0.625rem;
    color: inherit;
    display: block;
    font: inherit;
    padding: 0.5rem 0.75rem;
    width: 100%;
  }
  ::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  .hint {
    color: var(--ink-soft);
    font-size: 0.875rem;
  }
  .error {
    background: var(--alarm-paper);
    border-radius: 0.625rem;
    color: var(--alarm);
    overflow-wrap: anywhere;
    padding: 0.625rem 0.75rem;
  }
  .error code {
    font-size: 0.8em;
    white-space: nowrap;
  }
`;

export const dialogs = css`
  dialog {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: 0 1rem 3rem rgb(0 0 0 / 30%);
    color: var(--ink);
    max-height: calc(100dvh - 2rem);
    max-width: min(32rem, calc(100vw - 2rem));
    overflow-y: auto;
    padding: 1.25rem;
    width: 100%;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog h2 {
    font-size: 1.25rem;
    line-height: 1.3;
    margin-block-end: 0.75rem;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    justify-content: end;
    margin-block-start: 1.25rem;
  }
`;

/** A screen with one thing to do, before there are conversations. */
export const card = css`
  :host {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    max-width: 26rem;
    padding: 1.75rem;
  }
  header {
    align-items: center;
    display: flex;
    gap: 0.75rem;
    margin-block-end: 1rem;
  }
  header img {
    height: 3rem;
    width: 3rem;
  }
  h1 {
    font-size: 1.625rem;
  }
`;

/** A part that stands apart from others by equal gaps. */
export const stack = css`
  :host {
    display: grid;
    gap: 0.75rem;
  }
`;

/** What is shown when somebody asks for it. */
export const disclosure = css`
  summary {
    cursor: pointer;
    padding-block: 0.25rem;
  }
  /* What is inside takes over nothing from outside. */
  details > * {
    box-sizing: border-box;
    margin-block-start: 0.5rem;
  }
`;

/** A box to tick, with words beside it. */
export const choices = css`
  .choice {
    align-items: center;
    display: flex;
    font-weight: 400;
    gap: 0.625rem;
  }
  .choice input {
    accent-color: var(--accent);
    flex: none;
    height: 1.5rem;
    width: 1.5rem;
  }
`;
