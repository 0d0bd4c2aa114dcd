import { Keyboard } from "lucide";
import { AccountSettings } from "../chats/account";
import { t } from "../words/words";
import { Choices } from "./choices";
import { Icon } from "./icon";
import { showKeys } from "./keys";
import { Pane } from "./pane";
import { language, textSize, theme } from "./preferences";

export function Settings() {
  const words = t().settings;
  return (
    <Pane title={words.title}>
      <div class="form">
        <Choices
          name={words.language}
          values={[
            ["id", t().language.id],
            ["en", t().language.en],
          ]}
          chosen={language.value}
          choose={language.choose}
        />
        <Choices
          name={words.theme}
          values={[
            ["system", words.themeSystem],
            ["light", words.themeLight],
            ["dark", words.themeDark],
          ]}
          chosen={theme.value}
          choose={theme.choose}
        />
        <Choices
          name={words.textSize}
          values={[
            ["small", words.sizeSmall],
            ["normal", words.sizeNormal],
            ["large", words.sizeLarge],
            ["huge", words.sizeHuge],
          ]}
          chosen={textSize.value}
          choose={textSize.choose}
        />
        <p class="for-keys">
          <button type="button" class="btn" onClick={showKeys}>
            <Icon of={Keyboard} /> {t().keys.title}
          </button>
        </p>
        <AccountSettings />
      </div>
    </Pane>
  );
}
