/** Which class stands behind which tag, for the type checker. */
import type { Composer } from "./components/composer.js";
import type { ConversationView } from "./components/conversation.js";
import type { MessageBubble } from "./components/message.js";
import type { ServersDialog } from "./components/servers-dialog.js";
import type { Sidebar } from "./components/sidebar.js";
import type { StartDialog } from "./components/start-dialog.js";

declare global {
  interface HTMLElementTagNameMap {
    "wx-composer": Composer;
    "wx-conversation": ConversationView;
    "wx-message": MessageBubble;
    "wx-servers-dialog": ServersDialog;
    "wx-sidebar": Sidebar;
    "wx-start-dialog": StartDialog;
  }
}
