/** A post as readers see it, and the card that stands where one was removed. */
import { useSignal } from "@preact/signals";
import { Download, Ellipsis, Flag, MessageCircle, Pencil, Pin, PinOff, Share2, ShieldAlert, Trash2, UserRoundX } from "lucide";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import * as api from "../open/api";
import { concernsMe } from "../open/live";
import type { Card, Entity, Media, Post } from "../open/model";
import { session } from "../sealed";
import { Confirm } from "../shell/dialog";
import { Icon } from "../shell/icon";
import { openByPress, usePopup } from "../shell/popup";
import { href } from "../shell/router";
import { dayOf, exactMoment, timeOf } from "../words/moments";
import { t } from "../words/words";
import { type Node, treeOf } from "./entities";
import { Report } from "./report";
import { inLanguage, w } from "./words";

export function PostText({ text, entities }: { text: string; entities: readonly Entity[] }) {
  return (
    <div class="text" dir="auto">
      {treeOf(text, entities).map((node, at) => (
        <Styled key={at} node={node} />
      ))}
    </div>
  );
}

function Styled({ node }: { node: Node }) {
  if (node.text !== undefined) return <>{node.text}</>;
  const inner: ComponentChildren = node.children.map((child, at) => <Styled key={at} node={child} />);
  switch (node.kind) {
    case "bold":
      return <b>{inner}</b>;
    case "italic":
      return <i>{inner}</i>;
    case "underline":
      return <u>{inner}</u>;
    case "strikethrough":
      return <s>{inner}</s>;
    case "code":
      return <code>{inner}</code>;
    case "pre":
      return <pre>{inner}</pre>;
    case "blockquote":
    case "expandable_blockquote":
      return <blockquote>{inner}</blockquote>;
    case "spoiler":
      return <Spoiler>{inner}</Spoiler>;
    case "url":
    case "text_link":
      return node.url ? (
        <a href={node.url} target="_blank" rel="noopener noreferrer nofollow">
          {inner}
        </a>
      ) : (
        <>{inner}</>
      );
    default:
      return <>{inner}</>;
  }
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const shown = useSignal(false);
  return shown.value ? (
    <span>{children}</span>
  ) : (
    <button type="button" class="spoiler" aria-label={w().spoilerShow} onClick={() => (shown.value = true)}>
      ▒▒▒
    </button>
  );
}

const local = (address: string) => new URL(address).pathname;

function Files({ media }: { media: readonly Media[] }) {
  const pictures = media.filter((one) => (one.kind === "photo" || one.kind === "animation") && one.thumbnail);
  const others = media.filter((one) => !pictures.includes(one));
  return (
    <>
      {pictures.length > 0 && (
        <div class={`post-pictures ${pictures.length > 1 ? "several" : ""}`}>
          {pictures.map((one) => (
            <a key={one.id} href={local(one.url)} target="_blank" rel="noreferrer">
              <img src={local(one.thumbnail ?? one.url)} alt={one.file_name || t().chat.photo} width={one.width ?? undefined} height={one.height ?? undefined} loading="lazy" />
            </a>
          ))}
        </div>
      )}
      {others.map((one) =>
        one.kind === "video" ? (
          <video key={one.id} class="post-video" controls preload="none" src={local(one.url)} />
        ) : (
          <a key={one.id} class="file" href={local(one.url)} download={one.file_name}>
            <span class="file-icon">
              <Icon of={Download} />
            </span>
            <span class="file-main">
              <b>{one.file_name || t().chat.file}</b>
              <span>{Math.ceil(one.size / 1024)} kB</span>
            </span>
          </a>
        ),
      )}
    </>
  );
}

export function PostBubble({ post, startEdit }: { post: Post; startEdit?: ((post: Post) => void) | undefined }) {
  const at = Date.parse(post.created_at);
  return (
    <article class="post" id={post.id} data-key={post.id} tabIndex={-1} onContextMenu={openByPress} aria-label={w().post(post.number)}>
      {post.author && <p class="from">{post.author}</p>}
      <Files media={post.media} />
      {post.text && <PostText text={post.text} entities={post.entities} />}
      <footer class="post-foot">
        {post.comment_on === null && (
          <a class="to-comments" href={href({ at: "post", name: post.channel, post: post.id })}>
            <Icon of={MessageCircle} /> {w().comments(post.comments)}
          </a>
        )}
        <span class="far">
          {post.pinned_at && (
            <span class="pinned">
              <Icon of={Pin} /> {w().pinned}
            </span>
          )}
          {post.from && <span>{w().cameFrom(post.from)}</span>}
          {post.edited_at && <span>{w().edited}</span>}
          <time dateTime={post.created_at} title={exactMoment(at)}>
            {timeOf(at)}
          </time>
          <Menu post={post} startEdit={startEdit} />
        </span>
      </footer>
    </article>
  );
}

function Menu({ post, startEdit }: { post: Post; startEdit?: ((post: Post) => void) | undefined }) {
  const open = useSignal(false);
  const ask = useSignal<"" | "report" | "report-author" | "remove">("");
  const said = useSignal("");
  const powers = useSignal<{ may_edit: boolean; may_delete: boolean; may_pin: boolean } | null>(null);
  const toggle = () => {
    open.value = !open.value;
    if (open.value && concernsMe(post)) void api.powers(post.id).then((found) => (powers.value = found), () => undefined);
  };
  const trigger = useRef<HTMLButtonElement>(null);
  const close = () => {
    open.value = false;
    trigger.current?.focus();
  };
  const act = (does: () => void) => () => {
    close();
    does();
  };
  return (
    <div class="post-menu">
      <button ref={trigger} type="button" class="round small" aria-label={w().more(post.number)} aria-expanded={open.value} onClick={toggle}>
        <Icon of={Ellipsis} />
      </button>
      {open.value && (
        <Popup close={close}>
          <button type="button" onClick={act(() => void navigator.clipboard?.writeText(post.url).then(() => (said.value = w().copied)))}>
            <Icon of={Share2} /> {w().share}
          </button>
          {powers.value?.may_edit && startEdit && (
            <button type="button" onClick={act(() => startEdit(post))}>
              <Icon of={Pencil} /> {w().edit}
            </button>
          )}
          {powers.value?.may_pin && (
            <button type="button" onClick={act(() => void api.pin(post.id, post.pinned_at === null))}>
              <Icon of={post.pinned_at ? PinOff : Pin} /> {post.pinned_at ? w().unpin : w().pin}
            </button>
          )}
          <button type="button" onClick={act(() => (ask.value = "report"))}>
            <Icon of={Flag} /> {w().report}
          </button>
          {post.author && session.value.state === "ready" && (
            <button type="button" onClick={act(() => (ask.value = "report-author"))}>
              <Icon of={UserRoundX} /> {w().reportAuthor(post.author)}
            </button>
          )}
          {powers.value?.may_delete && (
            <button type="button" class="danger" onClick={act(() => (ask.value = "remove"))}>
              <Icon of={Trash2} /> {w().remove}
            </button>
          )}
        </Popup>
      )}
      <span role="status" class="visually-hidden">{said.value}</span>
      {ask.value === "report" && <Report target={post.url} close={() => (ask.value = "")} />}
      {ask.value === "report-author" && <Report target={accountOf(post)} close={() => (ask.value = "")} />}
      {ask.value === "remove" && (
        <Confirm title={w().remove} text={w().removeAsk} yes={w().remove} danger close={() => (ask.value = "")} act={() => void api.remove(post.id)} />
      )}
    </div>
  );
}

function Popup({ close, children }: { close: () => void; children: ComponentChildren }) {
  return (
    <div {...usePopup(close)} class="menu mine">
      {children}
    </div>
  );
}

/** Accounts are named with their server; everybody who writes here has theirs where the reader has it. */
const accountOf = (post: Post) => (session.value.state === "ready" ? `@${post.author}:${session.value.me.id.replace(/^[^:]*:/, "")}` : "");

export function RemovedCard({ card }: { card: Card }) {
  const by = { rule: w().byRule, person: w().byPerson, order: w().byOrder };
  const moment = card.removed_at ? ` · ${dayOf(Date.parse(card.removed_at))} ${timeOf(Date.parse(card.removed_at))}` : "";
  return (
    <section class="removed" id={card.id} data-key={card.id} tabIndex={-1}>
      <h2>
        <Icon of={ShieldAlert} /> {w().removed}
        {card.category_title && <> · {inLanguage(card.category_title)}</>}
      </h2>
      <p>
        {card.decided_by ? by[card.decided_by] : w().bySop}
        {moment}
      </p>
      {card.appeal_until && <p>{w().appealUntil(dayOf(Date.parse(card.appeal_until)))}</p>}
      {card.statement && (
        <p>
          <a href={session.value.state === "ready" ? `#/notices/${card.statement}` : `/s/${card.statement}`}>
            {w().reasonsAndAppeal}
          </a>
        </p>
      )}
    </section>
  );
}
