// The people of a meeting: a picture where one comes, else who it is; a name, and whether one can be heard.
import { createElement as h } from "react";
import { VideoTrack, useIsSpeaking } from "@livekit/components-react";
import { Mic, MicOff } from "lucide-react";
import { avatar, icon } from "./parts.js";

export function Tile({ participant, person, track, isOwn, isSmall, words }) {
  const isSpeaking = useIsSpeaking(participant);
  const isSeen = Boolean(track?.publication?.track) && !track.publication.isMuted;
  const isMuted = !participant.isMicrophoneEnabled;
  return h("figure", {
    className: `tile ${isSmall ? "tile-small" : ""} ${isOwn ? "tile-own" : ""}`, "data-speaking": isSpeaking ? "" : undefined,
    "data-testid": isOwn ? "own-tile" : "other-tile", "data-seen": isSeen ? "yes" : "no", "data-muted": isMuted ? "yes" : "no",
  },
    isSeen
      ? h(VideoTrack, { trackRef: track, playsInline: true, "aria-label": isOwn ? words.ownPicture : person.name })
      : avatar(person, isSmall ? "l" : "huge"),
    h("figcaption", { className: "tile-name" },
      icon(isMuted ? MicOff : Mic),
      h("span", { className: "clip" }, isOwn ? words.you : person.name),
      h("span", { className: "sr-only" }, isMuted ? words.isMuted : "")));
}

// The place of who is not there.
export function Missing({ person, said, more }) {
  return h("div", { className: "tile tile-missing", "data-testid": "other-missing" },
    avatar(person, "huge"), h("p", { className: "strong" }, said), h("p", { className: "muted" }, more));
}

export const Screen = ({ track, name, words }) =>
  h("figure", { className: "tile tile-screen", "data-testid": "shared-screen" },
    h(VideoTrack, { trackRef: track, playsInline: true, "aria-label": words.screenOf.replace("{name}", name) }),
    h("figcaption", { className: "tile-name" }, words.screenOf.replace("{name}", name)));
