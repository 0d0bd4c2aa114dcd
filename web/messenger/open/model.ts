/** The open side's answers, as far as the screens read them. */
export interface Text {
  id: string;
  en: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Channel {
  id: string;
  name: string;
  title: string;
  about: string;
  kind: "channel" | "group";
  language: string;
  category: string;
  picture: string | null;
  url: string;
}

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
}

export interface Media {
  id: string;
  kind: string;
  file_name: string;
  mime: string;
  size: number;
  width: number | null;
  height: number | null;
  url: string;
  thumbnail: string | null;
}

export interface Post {
  id: string;
  number: number;
  channel: string;
  author: string | null;
  text: string;
  entities: Entity[];
  media: Media[];
  state: "published" | "restored" | "withheld";
  comment_on: string | null;
  reply_to: string | null;
  /** Where it was first published, when it was taken over. */
  from: string | null;
  comments: number;
  url: string;
  created_at: string;
  edited_at: string | null;
  pinned_at: string | null;
}

/** What stands in a removed post's place. */
export interface Card {
  id: string;
  channel: string;
  number: number;
  state: "removed";
  category_title?: Text | null;
  decided_by?: "rule" | "person" | "order" | null;
  removed_at?: string | null;
  statement?: string | null;
  appeal_until?: string | null;
}

export interface Uploaded {
  id: string;
  sha256: string;
}

export interface Powers {
  state: string;
  own: boolean;
  may_edit: boolean;
  may_delete: boolean;
  may_pin: boolean;
}

export interface FormStep {
  name: string;
  title: string;
  help: string;
  required: boolean;
  choices: { name: string; title: string }[];
  anonymous_for: string[];
}

export interface NoticeState {
  id: string;
  state: "received" | "answered";
  outcome: "actioned" | "no_violation" | null;
  target: string;
  received_at: string;
}

export interface InboxItem {
  id: string;
  kind: string;
  subject: string;
  title: Text;
  body: Text;
  address: string | null;
  created_at: string;
  read_at: string | null;
}

export interface Statement {
  id: string;
  whole: boolean;
  plain: { id: string[]; en: string[] };
  appeal_until: string;
  in_force: boolean;
  restrictions?: { measure: string; target: { kind: string; id: string } }[];
  appeal: { state: string; outcome: string | null; reasons: string | null } | null;
}

/** What was written in one week; nobody counts who reads. */
export interface Week {
  begins: string;
  posts: number;
  comments: number;
}

/** What became of one message of an export. */
export interface Taken {
  number: number;
  fate: "published" | "taken_over_before" | "held" | "refused" | "service_message" | "nothing_to_publish" | "unreadable";
  about: string;
}
