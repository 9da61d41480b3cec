// Channels that are not HTTP requests.

export default {
  "WebSocket": (to) => new WebSocket(to.socket),
  "WebSocketStream": (to) => new WebSocketStream(to.socket),
  "WebTransport": (to) => new WebTransport(to.https),
  "WebRTC, STUN": (to) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${to.numeric}` }] });
    peer.createDataChannel("leak");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
  "WebRTC, STUN of a name": (to) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${to.host}` }] });
    peer.createDataChannel("leak");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
  "WebRTC, TURN": (to) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `turn:${to.numeric}`, username: to.secret, credential: "x" }], iceTransportPolicy: "relay" });
    peer.createDataChannel("leak");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
  "WebRTC, TURN over TCP": (to) => {
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `turn:${to.host}?transport=tcp`, username: to.secret, credential: "x" }] });
    peer.createDataChannel("leak");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
  "WebRTC, old name": (to) => {
    const peer = new webkitRTCPeerConnection({ iceServers: [{ urls: `stun:${to.numeric}` }] });
    peer.createDataChannel("leak");
    return peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
  "WebRTC, remote candidate": async (to) => {
    const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
    here.createDataChannel("leak");
    await here.setLocalDescription(await here.createOffer());
    await there.setRemoteDescription(here.localDescription);
    await there.setLocalDescription(await there.createAnswer());
    await here.setRemoteDescription(there.localDescription);
    await here.addIceCandidate({ candidate: `candidate:1 1 udp 2122260223 ${to.numeric.replace(":", " ")} typ host`, sdpMid: "0" });
  },
  "WebRTC of a child frame": async (to) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const peer = new frame.contentWindow.RTCPeerConnection({ iceServers: [{ urls: `stun:${to.numeric}` }] });
    peer.createDataChannel("leak");
    await peer.setLocalDescription(await peer.createOffer());
  },
};
