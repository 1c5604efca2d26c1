import { css } from "lit";

export const sidebarStyles = css`
  :host {
    background: var(--paper);
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    overflow-y: auto;
  }
  header {
    align-items: center;
    display: flex;
    gap: 0.75rem;
    padding: 1rem 1rem 0.75rem;
  }
  .me {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font-size: 1.125rem;
    line-height: 1.3;
  }
  .handle {
    overflow-wrap: anywhere;
  }
  .state span::before {
    background: var(--field-line);
    border-radius: 50%;
    content: "";
    display: inline-block;
    height: 0.625em;
    margin-inline-end: 0.4em;
    width: 0.625em;
  }
  .state[data-state="live"] span::before,
  .state[data-state="polling"] span::before {
    background: light-dark(#2c7a45, #6fcf8e);
  }
  .state[data-state="offline"] span::before {
    background: none;
    border: 2px solid var(--alarm);
  }
  .new {
    margin: 0 1rem 0.75rem;
  }
  nav {
    flex: 1;
    min-height: 6rem;
    overflow-y: auto;
    padding: 0.25rem 0.5rem;
  }
  section {
    border-block-start: 1px solid var(--line);
    margin-block-start: 0.75rem;
    padding-block-start: 0.75rem;
  }
  h3 {
    color: var(--ink-soft);
    font-size: 0.875rem;
    padding-inline: 0.5rem;
  }
  .empty {
    padding: 1rem 0.5rem;
  }
  .entry {
    display: flex;
    gap: 0.75rem;
    padding: 0.5rem 0.5rem 0.5rem 0.75rem;
    text-align: start;
    width: 100%;
  }
  .entry[aria-current="true"] {
    background: var(--raised);
    border-color: var(--field-line);
  }
  .words {
    flex: 1;
    min-width: 0;
  }
  .line {
    align-items: center;
    display: flex;
    gap: 0.375rem;
  }
  .title,
  .last {
    flex: 1;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .title {
    font-weight: 600;
  }
  .last,
  time {
    color: var(--ink-soft);
    font-size: 0.875rem;
  }
  .seal {
    color: var(--seal);
    display: inline-flex;
    font-size: 0.8rem;
  }
  .unread {
    background: var(--accent);
    border-radius: 1rem;
    color: var(--on-accent);
    font-size: 0.8125rem;
    font-weight: 600;
    min-width: 1.5em;
    padding: 0 0.45em;
    text-align: center;
  }
  footer {
    border-block-start: 1px solid var(--line);
    display: flex;
    flex-wrap: wrap;
    font-size: 0.875rem;
    gap: 0.25rem 1rem;
    justify-content: space-between;
    padding: 0.5rem 1rem;
  }
`;
