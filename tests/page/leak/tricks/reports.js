// The browser itself reports to an address.

export default {
  "report-uri of a policy": (to, put) => {
    put("meta", { "http-equiv": "Content-Security-Policy", content: `img-src 'none'; report-uri ${to.url}` });
    put("img", { src: "data:image/gif;base64,AAAA" });
  },
  "report-to of a policy": (to, put) => {
    put("meta", { "http-equiv": "Reporting-Endpoints", content: `leak="${to.url}"` });
    put("meta", { "http-equiv": "Content-Security-Policy", content: "img-src 'none'; report-to leak" });
    put("img", { src: "data:image/gif;base64,AAAA" });
  },
  "network error logging": (to, put) => {
    put("meta", { "http-equiv": "Report-To", content: `{"group":"leak","max_age":9,"endpoints":[{"url":"${to.url}"}]}` });
    put("meta", { "http-equiv": "NEL", content: `{"report_to":"leak","max_age":9}` });
    put("img", { src: "data:image/gif;base64,AAAA" });
  },
};
