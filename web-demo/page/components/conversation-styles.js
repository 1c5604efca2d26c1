import { css } from "lit";

export const conversationStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    position: relative;
  }
  header {
    align-items: center;
    background: var(--paper);
    border-block-end: 1px solid var(--line);
    display: flex;
    gap: 0.75rem;
    padding: 0.625rem 1rem;
  }
  .back {
    display: none;
    flex: none;
    margin-inline-start: -0.5rem;
  }
  .who {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font-size: 1.0625rem;
    line-height: 1.3;
  }
  .who .hint {
    overflow-wrap: anywhere;
  }
  .sealed {
    border-color: currentColor;
    color: var(--seal);
    flex: none;
    font-size: 0.8125rem;
    font-weight: 600;
    min-height: 2rem;
  }
  .scroller {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 1rem;
    scroll-behavior: auto;
  }
  .scroller:focus-visible {
    outline-offset: -3px;
  }
  .column {
    margin: 0 auto;
    max-width: 52rem;
  }
  .start {
    color: var(--ink-soft);
    font-size: 0.9375rem;
    margin: 0 auto 1rem;
    max-width: 26rem;
    padding: 0.5rem 1rem;
    text-align: center;
  }
  .start .icon {
    color: var(--seal);
    height: 2rem;
    width: 2rem;
  }
  .start h3 {
    color: var(--seal);
    font-size: 1rem;
  }
  .day {
    display: flex;
    justify-content: center;
    margin-block: 1rem 0.5rem;
  }
  .day span {
    background: var(--raised);
    border-radius: 1rem;
    color: var(--ink-soft);
    font-size: 0.8125rem;
    padding: 0.125rem 0.75rem;
  }
  .notice {
    display: flex;
    justify-content: center;
    margin-block: 0.75rem;
  }
  .notice p {
    background: var(--hint-paper);
    border-radius: 0.625rem;
    color: var(--hint-ink);
    display: flex;
    font-size: 0.875rem;
    gap: 0.5rem;
    max-width: 32rem;
    overflow-wrap: anywhere;
    padding: 0.5rem 0.75rem;
  }
  .more {
    inset-block-end: 5.5rem;
    inset-inline: 0;
    margin: 0 auto;
    position: absolute;
    width: max-content;
  }
  .ended {
    background: var(--raised);
    display: grid;
    gap: 0.5rem;
    justify-items: center;
    padding: 1rem;
    text-align: center;
  }
  @media (max-width: 46rem) {
    header {
      padding-inline: 0.75rem;
    }
    .back {
      display: inline-flex;
    }
    .scroller {
      padding: 0.75rem;
    }
  }
  @media (max-width: 26rem) {
    .sealed span {
      clip-path: inset(50%);
      height: 1px;
      overflow: hidden;
      position: absolute;
      width: 1px;
    }
    .sealed {
      padding: 0.25rem 0.5rem;
    }
    header wx-avatar {
      display: none;
    }
  }
`;
