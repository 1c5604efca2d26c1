/** Which class stands behind which tag, for the type checker. */
import type { Composer } from "./components/composer.js";
import type { Confirm } from "./components/confirm.js";
import type { ConversationView } from "./components/conversation.js";
import type { EditsDialog } from "./components/edits-dialog.js";
import type { MembersDialog } from "./components/members-dialog.js";
import type { MessageBubble } from "./components/message.js";
import type { PassphraseForm } from "./components/passphrase-form.js";
import type { Protection } from "./components/protection.js";
import type { ReportDialog } from "./components/report-dialog.js";
import type { RequestBar } from "./components/request-bar.js";
import type { ServersDialog } from "./components/servers-dialog.js";
import type { SettingsDialog } from "./components/settings-dialog.js";
import type { Sidebar } from "./components/sidebar.js";
import type { StartAnew } from "./components/start-anew.js";
import type { StartDialog } from "./components/start-dialog.js";
import type { StorageSection } from "./components/storage.js";
import type { UnlockScreen } from "./components/unlock.js";

declare global {
  interface HTMLElementTagNameMap {
    "wx-composer": Composer;
    "wx-confirm": Confirm;
    "wx-conversation": ConversationView;
    "wx-edits-dialog": EditsDialog;
    "wx-members-dialog": MembersDialog;
    "wx-message": MessageBubble;
    "wx-passphrase-form": PassphraseForm;
    "wx-protection": Protection;
    "wx-report-dialog": ReportDialog;
    "wx-request-bar": RequestBar;
    "wx-servers-dialog": ServersDialog;
    "wx-settings-dialog": SettingsDialog;
    "wx-sidebar": Sidebar;
    "wx-start-anew": StartAnew;
    "wx-start-dialog": StartDialog;
    "wx-storage": StorageSection;
    "wx-unlock": UnlockScreen;
  }
}
