/** How a stranger becomes a member: the two links that lead there. */
import { href } from "../shell/router";
import { t } from "../words/words";

export function WaysIn() {
  const words = t().joining;
  return (
    <>
      <a class="btn primary" href={href({ at: "join" })}>
        {words.join}
      </a>
      <a class="btn" href={href({ at: "sign-in" })}>
        {words.signIn}
      </a>
    </>
  );
}
