#pragma once

#include <string_view>

/// What the OpenAPI document says the same of every server.
namespace sidewire::rest {

inline constexpr std::string_view problem_response =
    R"({"description":"The call failed: problem details (RFC 9457).","content":)"
    R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/problem"}}}})";
inline constexpr std::string_view default_response = R"({"$ref":"#/components/responses/problem"})";
inline constexpr std::string_view not_modified =
    R"({"description":"The answer is the one that If-None-Match names."})";
inline constexpr std::string_view etag_header =
    R"({"ETag":{"description":"Of the body; for If-None-Match.","schema":{"type":"string"}}})";
inline constexpr std::string_view key_parameter =
    R"({"name":"Idempotency-Key","in":"header","required":false,"description":"A repeated call with )"
    R"(this key joins the first or gets its answer.","schema":{"type":"string","maxLength":256}})";

/// The routes that are no method's. A generated client sees a topic as one level of the path.
inline constexpr std::string_view action_path =
    R"({"post":{"operationId":"action","tags":["rest"],"summary":"Calls the named method of a )"
    R"(service.","parameters":[{"name":"service","in":"path","required":true,"schema":)"
    R"({"type":"string"}},{"$ref":"#/components/parameters/idempotencyKey"}],"requestBody":)"
    R"({"required":true,"content":{"application/json":{"schema":{"type":"object","properties":)"
    R"({"action":{"description":"The method's name without its service.","type":"string"},)"
    R"("params":{"type":"object"}},"required":["action"],"additionalProperties":false}}}},)"
    R"("responses":{"200":{"description":"The method's result.","content":{"application/json":)"
    R"({"schema":{}}}},"default":{"$ref":"#/components/responses/problem"}}}})";
inline constexpr std::string_view stream_path =
    R"({"get":{"operationId":"stream","tags":["rest"],"summary":"Streams a topic, or all that fit )"
    R"(a pattern, as Server-Sent Events.","parameters":[{"name":"topic","in":"path","required":true,)"
    R"("description":"Its slashes may stand as they are.","schema":{"type":"string"}},)"
    R"({"name":"since","in":"query","required":false,"description":"`new`, `first`, or the id of )"
    R"(an event.","schema":{"type":"string"}},)"
    R"({"name":"policy","in":"query","required":false,"schema":{"type":"string","enum":)"
    R"(["dropOldest","latest","disconnect"]}},)"
    R"({"name":"buffer","in":"query","required":false,"schema":{"type":"integer","minimum":1}},)"
    R"({"name":"delta","in":"query","required":false,"schema":{"type":"boolean"}},)"
    R"({"name":"Last-Event-ID","in":"header","required":false,"description":"Goes on behind this )"
    R"(event.","schema":{"type":"string"}}],"responses":{"200":{"description":"`event` is the )"
    R"(event's method, `data` its params.","content":{"text/event-stream":{"schema":)"
    R"({"type":"string"}}}},"default":{"$ref":"#/components/responses/problem"}}}})";

}  // namespace sidewire::rest
