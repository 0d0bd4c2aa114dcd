/** Opening an account: a name, a password, and a little work by this device instead of a captcha service. */
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/web/pbkdf2";
import { language } from "../shell/preferences";

export interface Text {
  id: string;
  en: string;
}

export type Registration = "open" | "invitation" | "closed";
export type Joined = { ok: true } | { ok: false; problem: Text };

const OFFLINE: Text = {
  id: "Server tidak terjangkau. Periksa sambungan Anda, lalu coba lagi.",
  en: "The server cannot be reached. Check your connection, then try again.",
};
const UNSOLVED: Text = {
  id: "Perangkat ini tidak menyelesaikan soalnya. Coba lagi.",
  en: "This device did not solve its challenge. Try again.",
};

/** Who may join here. */
export async function registration(): Promise<Registration> {
  const answer = await fetch("/api/v1/accounts");
  const { registration: allowed } = (await answer.json()) as { registration: Registration };
  return allowed;
}

export async function createAccount(wish: { name: string; password: string; invitation: string }): Promise<Joined> {
  try {
    const asked = await fetch("/api/v1/accounts/challenge", { headers: { "Accept-Language": language.value } });
    if (!asked.ok) return { ok: false, problem: await problemOf(asked) };
    const challenge = await asked.json();
    const solution = await solveChallenge({ challenge, deriveKey });
    if (!solution) return { ok: false, problem: UNSOLVED };
    const answer = await fetch("/api/v1/accounts", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": language.value },
      body: JSON.stringify({
        name: wish.name,
        password: wish.password,
        proof: { challenge, solution },
        ...(wish.invitation ? { invitation: wish.invitation } : {}),
      }),
    });
    return answer.ok ? { ok: true } : { ok: false, problem: await problemOf(answer) };
  } catch {
    return { ok: false, problem: OFFLINE };
  }
}

async function problemOf(answer: Response): Promise<Text> {
  const body: unknown = await answer.json().catch(() => null);
  if (typeof body === "object" && body !== null) {
    const { detail } = body as { detail?: string };
    if (detail) return { id: detail, en: detail };
  }
  return OFFLINE;
}
