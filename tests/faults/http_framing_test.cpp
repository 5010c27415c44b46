#include "harness.hpp"

namespace cohub::faults {
namespace {

using FaultHttp = fault_test;
using again = fault::again;

constexpr std::size_t small_limit = 4096;

void play(std::string const& row, std::vector<fault> const& faults)
{
    for (fault const& f : faults) {
        f.play(tcp_peer());
        f.play(tls_peer());
    }
    covers(row, faults.size());
}

/// An answer that is written by hand, with the right body in it.
fault written(std::string name, std::function<std::string(std::string const& body)> text)
{
    return fault(std::move(name), [text = std::move(text)](std::string const& id) {
        return raw_script().respond(text(body_for(id)));
    });
}

/// The same, followed by a FIN.
fault written_then_closed(
    std::string name, std::function<std::string(std::string const& body)> text
)
{
    return fault(std::move(name), [text = std::move(text)](std::string const& id) {
        return raw_script().respond(text(body_for(id))).close();
    });
}

std::string with_header(std::string const& lines, std::string const& body)
{
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + lines + "\r\n" + body;
}

std::string length_of(std::string const& body)
{
    return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

std::string chunk(std::string const& data)
{
    std::string size;
    for (std::size_t n = data.size(); n != 0; n /= 16)
        size.insert(size.begin(), "0123456789abcdef"[n % 16]);
    return (size.empty() ? "0" : size) + "\r\n" + data + "\r\n";
}

std::string chunked(std::string const& chunks)
{
    return with_header("Transfer-Encoding: chunked\r\n", chunks);
}

TEST_F(FaultHttp, HTTP_06_LengthAndBodyDisagree)
{
    play(
        "HTTP-06",
        {written_then_closed(
             "more announced than sent",
             [](std::string const& b) { return with_header(length_of(b + "x"), b); }
         )
             .fails(errc::truncated)
             .repeats(again::safe_only),
         written(
             "more sent than announced",
             [](std::string const& b) { return with_header(length_of(b), b + "surplus"); }
         )}
    );
}

TEST_F(FaultHttp, HTTP_07_MalformedLength)
{
    std::vector<fault> faults;
    for (char const* value : {"", "-1", "abc", "5x"}) {
        faults.push_back(written(
            std::string("Content-Length: ") + value,
            [value](std::string const& b) {
                return with_header(std::string("Content-Length: ") + value + "\r\n", b);
            }
        ));
        faults.back().fails(errc::protocol_error);
    }
    faults.push_back(fault("above max_body", with_header("Content-Length: 99999999999\r\n", "{")));
    faults.back().fails(errc::too_large);
    play("HTTP-07", faults);
}

TEST_F(FaultHttp, HTTP_08_TwoLengths)
{
    play(
        "HTTP-08",
        {written(
             "different",
             [](std::string const& b) { return with_header(length_of(b) + length_of(b + "x"), b); }
         ).fails(errc::protocol_error),
         written(
             "equal",
             [](std::string const& b) { return with_header(length_of(b) + length_of(b), b); }
         ).fails(errc::protocol_error)}
    );
}

TEST_F(FaultHttp, HTTP_09_MalformedChunks)
{
    auto const broken = [](std::string name, std::string chunks) {
        fault f(std::move(name), chunked(chunks));
        f.fails(errc::protocol_error);
        return f;
    };
    fault unfinished("no last chunk", [](std::string const& id) {
        return raw_script().respond(chunked(chunk(body_for(id)))).close();
    });
    unfinished.fails(errc::truncated).repeats(again::safe_only);
    play(
        "HTTP-09",
        {broken("not hex", "xyz\r\n{}\r\n0\r\n\r\n"),
         broken("empty size", "\r\n{}\r\n0\r\n\r\n"),
         broken("negative size", "-2\r\n{}\r\n0\r\n\r\n"),
         broken("17 digits", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
         broken("longer than its size", "2\r\n{}{}\r\n0\r\n\r\n"),
         broken("shorter than its size", "5\r\n{}\r\n0\r\n\r\n\r\n\r\n"),
         broken("no CRLF behind the data", "2\r\n{}0\r\n\r\n"),
         unfinished}
    );
}

TEST_F(FaultHttp, HTTP_10_UnusualButLegalChunks)
{
    play(
        "HTTP-10",
        {written(
             "extensions",
             [](std::string const& b) {
                 std::string const all = chunk(b);
                 std::size_t const line = all.find("\r\n");
                 return chunked(
                     all.substr(0, line) + ";name=value;flag;q=\"a;b\"" + all.substr(line) +
                     "0;last\r\n\r\n"
                 );
             }
         ).keeps(),
         written(
             "trailers",
             [](std::string const& b) {
                 return chunked(chunk(b) + "0\r\nX-Checksum: abc\r\nX-More: d\r\n\r\n");
             }
         ).keeps(),
         written(
             "one byte each",
             [](std::string const& b) {
                 std::string chunks;
                 for (char const c : b) chunks += chunk(std::string(1, c));
                 return chunked(chunks + "0\r\n\r\n");
             }
         ).keeps()}
    );
}

TEST_F(FaultHttp, HTTP_11_LengthAndChunkedTogether)
{
    play(
        "HTTP-11",
        {written(
             "length first",
             [](std::string const& b) {
                 return with_header(
                     length_of(b) + "Transfer-Encoding: chunked\r\n", chunk(b) + "0\r\n\r\n"
                 );
             }
         ).fails(errc::protocol_error),
         written(
             "chunked first",
             [](std::string const& b) {
                 return with_header(
                     "Transfer-Encoding: chunked\r\n" + length_of(b), chunk(b) + "0\r\n\r\n"
                 );
             }
         ).fails(errc::protocol_error)}
    );
}

TEST_F(FaultHttp, HTTP_12_TransferCodings)
{
    std::vector<fault> faults;
    for (char const* lines :
         {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked, gzip\r\n",
          "Transfer-Encoding: x-unknown\r\n"}) {
        faults.push_back(written(lines, [lines](std::string const& b) {
            return with_header(lines, chunk(b) + "0\r\n\r\n");
        }));
        faults.back().fails(errc::protocol_error);
    }
    play("HTTP-12", faults);
}

TEST_F(FaultHttp, HTTP_13_BodyThatEndsAtClose)
{
    // A FIN on plain TCP proves nothing, and TLS has its own message for the end. The documentation
    // of the transport says what is accepted.
    auto const text = [](std::string const& b) { return with_header("", b); };
    fault const tcp = written_then_closed("FIN over TCP", text);
    tcp.play(tcp_peer());
    fault const tls = written_then_closed("close_notify over TLS", text);
    tls.play(tls_peer());
    // The client makes room for more bytes, and none come.
    for (std::size_t blanks = 0; blanks <= 4500; blanks += 300) {
        auto const longer = [blanks](std::string const& b) {
            return with_header("", b + std::string(blanks, ' '));
        };
        written_then_closed(std::to_string(blanks) + " blanks", longer).play(tls_peer());
    }
    covers("HTTP-13", 2);
}

TEST_F(FaultHttp, HTTP_14_DuplicateFields)
{
    auto const twice = [](std::string const& lines) {
        return written("twice: " + lines, [lines](std::string const& b) {
            return "HTTP/1.1 200 OK\r\n" + lines + length_of(b) + "\r\n" + b;
        });
    };
    play(
        "HTTP-14",
        {twice("Content-Type: text/html\r\nContent-Type: application/json\r\n").keeps(),
         twice("Retry-After: 1\r\nRetry-After: 2\r\n").keeps(),
         twice("Location: /a\r\nLocation: /b\r\n").keeps(),
         // One "close" in them is enough.
         twice("Connection: keep-alive\r\nConnection: close\r\n")}
    );
}

TEST_F(FaultHttp, HTTP_15_HeaderOverTheLimit)
{
    auto const small = [](options& o) { o.limits.max_header = small_limit; };
    auto const over = [&](std::string name, std::string lines) {
        fault f(std::move(name), with_header(lines, ""));
        f.fails(errc::too_large).with(small);
        return f;
    };
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "X: y\r\n";
    fault endless("endless", [](std::string const&) {
        return raw_script()
            .respond("HTTP/1.1 200 OK\r\n")
            .send_repeated("X-Field: value\r\n", 1'000'000'000);
    });
    endless.fails(errc::too_large).with(small);
    play(
        "HTTP-15",
        {over("one line", "X-Field: " + std::string(2 * small_limit, 'v') + "\r\n"),
         over("10 000 fields", many),
         endless}
    );
}

TEST_F(FaultHttp, HTTP_16_BodyOverTheLimit)
{
    auto const small = [](options& o) { o.limits.max_body = small_limit; };
    std::string const body = "\"" + std::string(2 * small_limit, 'x') + "\"";
    auto const over = [&](std::string name, fault::script_for script) {
        fault f(std::move(name), std::move(script));
        f.fails(errc::too_large).with(small);
        return f;
    };
    play(
        "HTTP-16",
        {over(
             "Content-Length, before the body",
             [&](std::string const&) { return raw_script().respond(raw_answer(body).head()); }
         ),
         over(
             "chunked",
             [](std::string const&) {
                 return raw_script()
                     .respond(chunked(""))
                     .send_repeated(chunk(std::string(1000, ' ')), 1'000'000'000);
             }
         ),
         over(
             "ends at close",
             [](std::string const&) {
                 return raw_script()
                     .respond(with_header("", ""))
                     .send_repeated(std::string(1000, ' '), 1'000'000'000);
             }
         )}
    );
}

TEST_F(FaultHttp, HTTP_17_NoStatusLine)
{
    std::string const right = raw_answer("{}");
    auto const broken = [](std::string name, std::string answer) {
        fault f(std::move(name), std::move(answer));
        f.fails(errc::protocol_error);
        return f;
    };
    fault endless("endless status line", [](std::string const&) {
        return raw_script().respond("HTTP/1.1 200 ").send_repeated("OK", 1'000'000'000);
    });
    endless.fails({errc::protocol_error, errc::too_large});
    play(
        "HTTP-17",
        {broken("garbage", "\x01\x02 garbage " + right),
         broken("NUL", std::string(1, '\0') + right),
         endless,
         broken("no status line", "Content-Length: 2\r\n\r\n{}"),
         broken("FTP banner", "220 FTP ready\r\n"),
         broken("JSON alone", "{\"id\":1}\r\n\r\n"),
         broken("leading CRLF", "\r\n" + right)}
    );
}

TEST_F(FaultHttp, HTTP_18_MalformedVersionOrStatus)
{
    std::vector<fault> faults;
    for (char const* line :
         {"HTTP/2.0 200 OK",
          "HTTP/1.9 200 OK",
          "HTTP/0.9 200 OK",
          "HTTP/1.1 99 X",
          "HTTP/1.1 1000 X",
          "HTTP/1.1 2x0 X"}) {
        faults.push_back(written(line, [line](std::string const& b) {
            return std::string(line) + "\r\n" + length_of(b) + "\r\n" + b;
        }));
        faults.back().fails(errc::protocol_error);
    }
    play("HTTP-18", faults);
}

TEST_F(FaultHttp, HTTP_19_Http10)
{
    play(
        "HTTP-19",
        {written(
             "without keep-alive",
             [](std::string const& b) { return raw_answer(b).http_1_0().str(); }
         ),
         written(
             "with keep-alive",
             [](std::string const& b) {
                 return raw_answer(b).http_1_0().header("Connection", "keep-alive").str();
             }
         ).keeps_or_drops()}
    );
}

TEST_F(FaultHttp, HTTP_20_ConnectionClose)
{
    std::vector<fault> faults;
    for (char const* value : {"close", "CLOSE", "x, Close , y"})
        faults
            .push_back(written(std::string("Connection: ") + value, [value](std::string const& b) {
                return raw_answer(b).header("Connection", value).str();
            }));
    play("HTTP-20", faults);
}

TEST_F(FaultHttp, HTTP_21_InterimResponses)
{
    auto const after = [](std::string interim) {
        return written("after " + interim, [interim](std::string const& b) {
            return interim + raw_answer(b).str();
        });
    };
    std::string const hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";
    play(
        "HTTP-21",
        {after("HTTP/1.1 100 Continue\r\n\r\n").keeps(),
         after("HTTP/1.1 102 Processing\r\n\r\n").keeps(),
         after(hints).keeps(),
         after("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + hints + hints)
             .keeps()}
    );
}

TEST_F(FaultHttp, HTTP_22_FloodOfInterimResponses)
{
    auto const flood = [](std::string name, std::string interim, errc why) {
        fault f(std::move(name), [interim = std::move(interim)](std::string const&) {
            return raw_script().read_request().send_repeated(interim, 100'000'000);
        });
        f.fails(why);
        return f;
    };
    play(
        "HTTP-22",
        {flood("above 16", "HTTP/1.1 100 Continue\r\n\r\n", errc::protocol_error),
         flood(
             "above the header's limit in total",
             "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(30'000, 'x') + "\r\n\r\n",
             errc::too_large
         )}
    );
}

TEST_F(FaultHttp, HTTP_23_StatusWithoutABody)
{
    auto const bodiless = [](int status, bool body) {
        std::string const length = body ? length_of("{\"a\":1}") : "Content-Length: 5\r\n";
        fault f(
            std::to_string(status) + (body ? " with a body" : " with a length and no body"),
            "HTTP/1.1 " + std::to_string(status) + " X\r\n" + length + "\r\n" +
                (body ? "{\"a\":1}" : "")
        );
        // Neither of them is an answer of this API: one has nothing to decode, and the other says
        // "not modified" although nothing was cached.
        f.fails({errc::http_status, errc::bad_json});
        if (!body) f.keeps_or_drops();
        return f;
    };
    play(
        "HTTP-23",
        {bodiless(204, true), bodiless(304, true), bodiless(204, false), bodiless(304, false)}
    );
}

TEST_F(FaultHttp, HTTP_24_ContentCoding)
{
    std::vector<fault> faults;
    for (char const* coding : {"gzip", "deflate", "br"}) {
        faults.push_back(written(coding, [coding](std::string const& b) {
            return raw_answer(b).header("Content-Encoding", coding).str();
        }));
        faults.back().fails(errc::unexpected_encoding).keeps_or_drops();
    }
    play("HTTP-24", faults);
}

TEST_F(FaultHttp, HTTP_25_BytesInAHeader)
{
    auto const field = [](std::string name, std::string line) {
        return written(std::move(name), [line = std::move(line)](std::string const& b) {
            return with_header(line + "\r\n" + length_of(b), b);
        });
    };
    play(
        "HTTP-25",
        {field("NUL", std::string("X-Field: a\0b", 12)).fails(errc::protocol_error),
         field("bare CR", "X-Field: a\rb").fails(errc::protocol_error),
         field("bytes above 7F", "X-Field: \x80\xff\xc3\xa9").keeps(),
         field("space before the colon", "X-Field : a").fails(errc::protocol_error)}
    );
}

TEST_F(FaultHttp, HTTP_26_BareLineFeeds)
{
    play("HTTP-26", {written("bare LF", [](std::string const& b) {
                         return "HTTP/1.1 200 OK\nContent-Length: " + std::to_string(b.size()) +
                                "\n\n" + b;
                     }).fails(errc::protocol_error)});
}

TEST_F(FaultHttp, HTTP_27_FinRightBehind)
{
    play("HTTP-27", {written_then_closed("FIN", [](std::string const& b) {
             return raw_answer(b).str();
         })});
}

TEST_F(FaultHttp, HTTP_28_SizesOfTheBody)
{
    constexpr std::size_t limit = 2 * 1024 * 1024;
    auto const padded = [](std::string name, std::size_t size) {
        return written(std::move(name), [size](std::string const& b) {
            return raw_answer(b + std::string(size - b.size(), ' ')).str();
        });
    };
    play(
        "HTTP-28",
        {written("0 B", [](std::string const&) { return raw_answer().str(); })
             .fails(errc::bad_json)
             .keeps(),
         padded("1 MiB", 1024 * 1024).keeps(),
         padded("exactly max_body", limit).keeps().with([](options& o) {
             o.limits.max_body = limit;
         })}
    );
}

// Report D1.
TEST_F(FaultHttp, HTTP_29_MetadataWithoutEnd)
{
    std::vector<fault> faults;
    for (int const status : {200, 500}) {
        auto const endless = [&](std::string name, std::string begin, std::string part) {
            std::string const head =
                "HTTP/1.1 " + std::to_string(status) + " X\r\nTransfer-Encoding: chunked\r\n\r\n";
            fault f(std::to_string(status) + " " + std::move(name), [=](std::string const&) {
                return raw_script().respond(head + begin).send_repeated(part, 1'000'000'000);
            });
            f.fails(errc::too_large);
            f.also([status](call_state const& c) { EXPECT_EQ(c.why->http_status, status); });
            faults.push_back(std::move(f));
        };
        endless("extension", "2;x=", std::string(1000, 'y'));
        endless("last chunk's extension", "0;x=", std::string(1000, 'y'));
        endless("extensions of many chunks", "", "1;" + std::string(1000, 'y') + "\r\n \r\n");
        endless("trailer", "0\r\nX-T: ", std::string(1000, 'y'));
        endless("trailers", "0\r\n", "X-T: y\r\n");
    }
    play("HTTP-29", faults);
}

// Report D2.
TEST_F(FaultHttp, HTTP_30_TrailersAreNoHeaders)
{
    auto const with_trailers = [](std::string name, std::string trailers) {
        return written(std::move(name), [trailers = std::move(trailers)](std::string const& b) {
            std::string const blanks(40 * 1024, ' ');
            return chunked(chunk(b + blanks) + "0\r\n" + trailers + "\r\n");
        });
    };
    play(
        "HTTP-30",
        {with_trailers("behind 40 KB", "X-Checksum: abc\r\n").keeps(),
         with_trailers("a length", "Content-Length: 5\r\n").keeps(),
         with_trailers("a coding", "Transfer-Encoding: gzip\r\n").keeps(),
         with_trailers("close", "Connection: close\r\nKeep-Alive: max=0\r\n").keeps()}
    );
}

// Report D5.
TEST_F(FaultHttp, HTTP_31_FoldedOrOldFraming)
{
    auto const refused = [](std::string name, std::function<std::string(std::string const&)> text) {
        return written(std::move(name), std::move(text)).fails(errc::protocol_error);
    };
    auto const coded = [](std::string const& b) { return chunk(b) + "0\r\n\r\n"; };
    play(
        "HTTP-31",
        {refused(
             "chunked HTTP/1.0",
             [=](std::string const& b) {
                 return "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n" +
                        coded(b);
             }
         ),
         refused(
             "length on a second line",
             [](std::string const& b) {
                 return with_header("Content-Length:\r\n " + std::to_string(b.size()) + "\r\n", b);
             }
         ),
         refused(
             "length and an empty line",
             [](std::string const& b) {
                 return with_header(
                     "Content-Length: " + std::to_string(b.size()) + "\r\n\t\r\n", b
                 );
             }
         ),
         refused(
             "coding on a second line",
             [=](std::string const& b) {
                 return with_header("Transfer-Encoding:\r\n chunked\r\n", coded(b));
             }
         ),
         refused(
             "connection",
             [](std::string const& b) {
                 return with_header("Connection: keep-alive,\r\n x\r\n" + length_of(b), b);
             }
         )}
    );
}

// Reports D3 and D4: real servers use these forms, and other clients understand them.
TEST_F(FaultHttp, HTTP_32_LenientForms)
{
    auto const padded = [](char const* padding) {
        return written(std::string("padded size"), [padding](std::string const& b) {
            std::string one = chunk(b);
            one.insert(one.find("\r\n"), padding);
            return chunked(one + "0" + padding + "\r\n\r\n");
        });
    };
    auto bare = written("no reason", [](std::string const& b) {
        return "HTTP/1.1 200\r\nContent-Type: application/json\r\n" + length_of(b) + "\r\n" + b;
    });
    play("HTTP-32", {padded(" ").keeps(), padded("\t \t").keeps(), bare.keeps()});
}

}  // namespace
}  // namespace cohub::faults
