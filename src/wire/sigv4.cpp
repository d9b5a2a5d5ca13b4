// The signature's three hashes and one HMAC are the cost of a request, so the derived key (four HMACs) lives as long as
// the day, the region and the keys stay the same, and so do the hashed blocks of its HMAC.
//
// SHA-256 is called directly, which OpenSSL 3 discourages: its EVP interface makes and frees a context for every hash,
// which takes as long as a third of the hashing.
#define OPENSSL_SUPPRESS_DEPRECATED 1

#include "wire/sigv4.hpp"

#include "base/text.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <utility>

namespace drift::wire {
namespace {

constexpr std::size_t block_bytes = SHA256_CBLOCK;  // HMAC's
using Digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

// What has been hashed so far. A copy goes on from there.
class Sha256 {
 public:
  Sha256() { SHA256_Init(&state_); }
  Sha256(const Sha256&) = default;
  Sha256& operator=(const Sha256&) = default;
  ~Sha256() { OPENSSL_cleanse(&state_, sizeof state_); }  // it may be of a key

  Sha256& add(const void* data, std::size_t size) {
    SHA256_Update(&state_, data, size);
    return *this;
  }
  // Once.
  Digest finish() {
    Digest digest;
    SHA256_Final(digest.data(), &state_);
    return digest;
  }

 private:
  SHA256_CTX state_;
};

Digest hash(std::string_view text) { return Sha256().add(text.data(), text.size()).finish(); }

// HMAC-SHA256 under one key; the key's two blocks are hashed once.
class HmacKey {
 public:
  HmacKey() = default;
  explicit HmacKey(std::string_view key) {
    Digest short_key{};
    if (key.size() > block_bytes) {
      short_key = hash(key);
      key = {reinterpret_cast<const char*>(short_key.data()), short_key.size()};
    }
    std::array<unsigned char, block_bytes> inner{};
    std::array<unsigned char, block_bytes> outer{};
    for (std::size_t i = 0; i < block_bytes; ++i) {
      const auto byte = i < key.size() ? static_cast<unsigned char>(key[i]) : static_cast<unsigned char>(0);
      inner[i] = static_cast<unsigned char>(byte ^ 0x36U);
      outer[i] = static_cast<unsigned char>(byte ^ 0x5cU);
    }
    inner_.add(inner.data(), inner.size());
    outer_.add(outer.data(), outer.size());
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    OPENSSL_cleanse(short_key.data(), short_key.size());
  }

  [[nodiscard]] Digest mac(std::string_view text) const {
    const Digest inner = Sha256(inner_).add(text.data(), text.size()).finish();
    return Sha256(outer_).add(inner.data(), inner.size()).finish();
  }

 private:
  Sha256 inner_;
  Sha256 outer_;
};

std::string_view as_text(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

// "20130524T000000Z"
std::array<char, 16> format_date(base::SystemTime now) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::seconds>(now - day));
  std::array<char, 16> text{};
  const auto put = [&text](std::size_t at, std::size_t digits, unsigned value) {
    for (; digits > 0; --digits, value /= 10U) text[at + digits - 1] = static_cast<char>('0' + value % 10U);
  };
  put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(4, 2, static_cast<unsigned>(date.month()));
  put(6, 2, static_cast<unsigned>(date.day()));
  text[8] = 'T';
  put(9, 2, static_cast<unsigned>(time.hours().count()));
  put(11, 2, static_cast<unsigned>(time.minutes().count()));
  put(13, 2, static_cast<unsigned>(time.seconds().count()));
  text[15] = 'Z';
  return text;
}

// In alphabetical order.
std::string_view names_of_signed(bool has_token, bool has_target) {
  if (has_token && has_target) return "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
  if (has_token) return "content-type;host;x-amz-date;x-amz-security-token";
  return has_target ? "content-type;host;x-amz-date;x-amz-target" : "content-type;host;x-amz-date";
}

}  // namespace

struct Signer::State {
  std::string region;
  std::string service;

  // The derived key and what it was derived from.
  std::string day = {};
  std::string secret = {};
  std::string scope = {};  // "20130524/us-east-1/dynamodb/aws4_request"
  HmacKey key = {};

  // The date in words is the same for a second.
  std::chrono::sys_seconds second = {};
  std::array<char, 16> date = {};

  // Buffers that keep their room.
  std::string canonical = {};
  std::string to_sign = {};

  State(std::string new_region, std::string new_service)
      : region(std::move(new_region)), service(std::move(new_service)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { OPENSSL_cleanse(secret.data(), secret.size()); }

  std::string_view date_of(base::SystemTime now) {
    const auto now_second = std::chrono::floor<std::chrono::seconds>(now);
    if (now_second != second || date[0] == '\0') {
      date = format_date(now);
      second = now_second;
    }
    return {date.data(), date.size()};
  }

  void derive_key(std::string_view new_day, std::string_view new_secret) {
    if (day == new_day && secret == new_secret) return;
    OPENSSL_cleanse(secret.data(), secret.size());
    day = new_day;
    secret = new_secret;
    scope = day + "/" + region + "/" + service + "/aws4_request";
    std::string start = "AWS4" + secret;
    Digest derived = HmacKey(start).mac(day);
    OPENSSL_cleanse(start.data(), start.size());
    for (const std::string_view part : {std::string_view(region), std::string_view(service)})
      derived = HmacKey(as_text(derived)).mac(part);
    derived = HmacKey(as_text(derived)).mac("aws4_request");
    key = HmacKey(as_text(derived));
    OPENSSL_cleanse(derived.data(), derived.size());
  }
};

Signer::Signer(std::string region, std::string service)
    : state_(std::make_unique<State>(std::move(region), std::move(service))) {}
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;
Signer::~Signer() = default;

void Signer::sign(std::string& out, const SigningKeys& keys, std::string_view authority, std::string_view target,
                  std::string_view body, base::SystemTime now) {
  sign(out, keys, SignedPost{.authority = authority, .target = target, .body = body}, now);
}

void Signer::sign(std::string& out, const SigningKeys& keys, const SignedPost& post, base::SystemTime now) {
  State& s = *state_;
  const std::string_view date = s.date_of(now);
  s.derive_key(date.substr(0, 8), keys.secret_access_key);
  const bool has_token = !keys.session_token.empty();
  const bool has_target = !post.target.empty();

  // The headers in the order in which they are signed, which is the alphabetical one.
  const auto line = [](std::string& to, std::string_view name, std::string_view value, std::string_view end) {
    to.append(name).append(value).append(end);
  };
  std::string& canonical = s.canonical;
  canonical.assign("POST\n/\n\n");
  line(canonical, "content-type:", post.content_type, "\n");
  line(canonical, "host:", post.authority, "\n");
  line(canonical, "x-amz-date:", date, "\n");
  if (has_token) line(canonical, "x-amz-security-token:", keys.session_token, "\n");
  if (has_target) line(canonical, "x-amz-target:", post.target, "\n");
  const std::string_view signed_headers = names_of_signed(has_token, has_target);
  canonical.append("\n").append(signed_headers).append("\n");
  base::append_hex(canonical, hash(post.body));

  std::string& to_sign = s.to_sign;
  to_sign.assign("AWS4-HMAC-SHA256\n").append(date).append("\n").append(s.scope).append("\n");
  base::append_hex(to_sign, hash(canonical));

  line(out, "host: ", post.authority, "\r\n");
  line(out, "content-type: ", post.content_type, "\r\n");
  if (has_target) line(out, "x-amz-target: ", post.target, "\r\n");
  line(out, "x-amz-date: ", date, "\r\n");
  if (has_token) line(out, "x-amz-security-token: ", keys.session_token, "\r\n");
  out.append("authorization: AWS4-HMAC-SHA256 Credential=").append(keys.access_key_id).append("/").append(s.scope);
  out.append(", SignedHeaders=").append(signed_headers).append(", Signature=");
  base::append_hex(out, s.key.mac(to_sign));
  out.append("\r\n");
}

}  // namespace drift::wire
