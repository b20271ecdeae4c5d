#include "demo/catalogue.h"

#include "demo/json_out.h"

namespace aisle::demo {
namespace {

constexpr std::array<Product, 24> kProducts = {{
    {"SKU-1001", "Walnut desk lamp", 6490},  {"SKU-1002", "Linen cushion", 2450},
    {"SKU-1003", "Oak side table", 18900},   {"SKU-1004", "Wool throw", 7900},
    {"SKU-1005", "Stoneware mug", 1490},     {"SKU-1006", "Cast-iron pan", 5490},
    {"SKU-1007", "Espresso kettle", 8990},   {"SKU-1008", "Chef knife", 9900},
    {"SKU-1009", "Cutting board", 3490},     {"SKU-1010", "Pepper mill", 2990},
    {"SKU-1011", "Trail backpack", 12900},   {"SKU-1012", "Rain jacket", 14900},
    {"SKU-1013", "Running socks", 1290},     {"SKU-1014", "Camping stove", 7490},
    {"SKU-1015", "Headlamp", 3990},          {"SKU-1016", "Sleeping mat", 8490},
    {"SKU-1017", "Wireless earbuds", 11900}, {"SKU-1018", "Desk speaker", 15900},
    {"SKU-1019", "USB-C hub", 4990},         {"SKU-1020", "Mechanical keyboard", 13900},
    {"SKU-1021", "Laptop stand", 4490},      {"SKU-1022", "Notebook, dotted", 990},
    {"SKU-1023", "Fountain pen", 3990},      {"SKU-1024", "Wall calendar", 1890},
}};

constexpr std::array<std::string_view, 12> kTerms = {"lamp",  "mug", "knife",   "jacket",
                                                     "socks", "pan", "kettle",  "keyboard",
                                                     "stand", "pen", "speaker", "gift"};

constexpr std::array<Agent, 6> kBrowsers = {{
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/145.0.0.0 Safari/537.36",
     false},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 19_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
     "Gecko) Version/19.3 Mobile/15E148 Safari/604.1",
     false},
    {"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/145.0.0.0 Mobile Safari/537.36",
     false},
    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_3) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/19.3 Safari/605.1.15",
     false},
    {"Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0", false},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:147.0) Gecko/20100101 Firefox/147.0", false},
}};

constexpr std::array<Agent, 2> kCrawlers = {{
    {"Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example/info)", true},
    {"price-crawler/0.8 (+https://prices.example)", true},
}};

constexpr std::array<std::string_view, 16> kGiven = {"ada",   "ben",  "carla", "david", "elif", "finn",
                                                     "grace", "hugo", "ines",  "jonas", "kira", "liam",
                                                     "mia",   "noah", "olga",  "pablo"};
constexpr std::array<std::string_view, 16> kFamily = {
    "adler",  "brandt", "costa",  "dubois", "evans", "fischer", "garcia", "hansen",
    "ivanov", "jensen", "keller", "lopez",  "meyer", "novak",   "olsen",  "patel"};

constexpr std::string_view kPostgres = "postgresql";
constexpr std::string_view kValkey = "redis"; // the protocol's name in the conventions

} // namespace

std::span<const Product> products() {
    return kProducts;
}

std::span<const std::string_view> searchTerms() {
    return kTerms;
}

std::span<const Agent> browsers() {
    return kBrowsers;
}

std::span<const Agent> crawlers() {
    return kCrawlers;
}

std::string mailAddress(uint32_t person) {
    std::string address(kGiven[person % kGiven.size()]);
    address.append(".").append(kFamily[person / kGiven.size() % kFamily.size()]);
    appendNumber(address, person / (kGiven.size() * kFamily.size()));
    return address.append("@example.com");
}

namespace statements {

const Statement kProductCacheGet = {kValkey, "GET", "GET", "", "0", "GET product:?", "valkey", 350 * kMicro};
const Statement kListCacheGet = {kValkey, "GET", "GET", "", "0", "GET listing:?", "valkey", 450 * kMicro};
const Statement kCartGet = {kValkey, "HGETALL", "HGETALL", "", "1", "HGETALL cart:?", "valkey", 400 * kMicro};
const Statement kCartSet = {kValkey, "HSET", "HSET", "", "1", "HSET cart:? ? ?", "valkey", 420 * kMicro};
const Statement kCartDelete = {kValkey, "DEL", "DEL", "", "1", "DEL cart:?", "valkey", 380 * kMicro};
const Statement kRatesGet = {kValkey, "GET", "GET", "", "2", "GET rates:?", "valkey", 300 * kMicro};

const Statement kListProducts = {
    kPostgres,    "SELECT products",
    "SELECT",     "products",
    "catalog",    "SELECT id, name, price FROM products WHERE featured ORDER BY rank LIMIT $1",
    "pg-catalog", 4 * kMilli};
const Statement kProductById = {kPostgres,    "SELECT products",
                                "SELECT",     "products",
                                "catalog",    "SELECT id, name, price, picture FROM products WHERE id = $1",
                                "pg-catalog", 1200 * kMicro};
const Statement kSearchIndexed = {
    kPostgres,    "SELECT products",
    "SELECT",     "products",
    "catalog",    "SELECT id, name FROM products WHERE document @@ to_tsquery($1) LIMIT 24",
    "pg-catalog", 9 * kMilli};
const Statement kSearchLike = {
    kPostgres,    "SELECT products",
    "SELECT",     "products",
    "catalog",    "SELECT id, name FROM products WHERE lower(description) LIKE $1 ORDER BY name",
    "pg-catalog", 700 * kMilli};
const Statement kRecommendations = {
    kPostgres,    "SELECT bought_together",
    "SELECT",     "bought_together",
    "catalog",    "SELECT other_id FROM bought_together WHERE product_id = $1 ORDER BY weight DESC LIMIT 5",
    "pg-catalog", 2 * kMilli};

const Statement kStockSelect = {
    kPostgres,      "SELECT stock", "SELECT",
    "stock",        "inventory",    "SELECT product_id, available FROM stock WHERE product_id = ANY($1)",
    "pg-inventory", 1800 * kMicro};
const Statement kStockUpdate = {
    kPostgres,      "UPDATE stock",
    "UPDATE",       "stock",
    "inventory",    "UPDATE stock SET available = available - $1 WHERE product_id = $2 AND available >= $1",
    "pg-inventory", 3500 * kMicro};
const Statement kReservationInsert = {
    kPostgres,      "INSERT reservations",
    "INSERT",       "reservations",
    "inventory",    "INSERT INTO reservations (order_id, product_id, quantity) VALUES ($1, $2, $3)",
    "pg-inventory", 2200 * kMicro};

const Statement kQuoteInsert = {
    kPostgres,   "INSERT quotes", "INSERT",
    "quotes",    "shipping",      "INSERT INTO quotes (session_id, carrier, amount) VALUES ($1, $2, $3)",
    "pg-orders", 2 * kMilli};
const Statement kOrderInsert = {
    kPostgres,   "INSERT orders",
    "INSERT",    "orders",
    "orders",    "INSERT INTO orders (id, user_id, amount, currency, state) VALUES ($1, $2, $3, $4, $5)",
    "pg-orders", 3 * kMilli};
const Statement kOrderSelect = {
    kPostgres,   "SELECT orders", "SELECT",
    "orders",    "orders",        "SELECT id, user_id, amount, currency, state FROM orders WHERE id = $1",
    "pg-orders", 1500 * kMicro};
const Statement kOrderUpdate = {kPostgres,   "UPDATE orders",
                                "UPDATE",    "orders",
                                "orders",    "UPDATE orders SET state = $2, changed_at = now() WHERE id = $1",
                                "pg-orders", 2500 * kMicro};
const Statement kPaymentInsert = {
    kPostgres,   "INSERT payments",
    "INSERT",    "payments",
    "payments",  "INSERT INTO payments (order_id, provider_ref, amount, state) VALUES ($1, $2, $3, $4)",
    "pg-orders", 2800 * kMicro};

const Statement kPickUpdate = {kPostgres,      "UPDATE pick_lists",
                               "UPDATE",       "pick_lists",
                               "warehouse",    "UPDATE pick_lists SET state = $2 WHERE order_id = $1",
                               "pg-warehouse", 2600 * kMicro};
const Statement kParcelInsert = {
    kPostgres,      "INSERT parcels",
    "INSERT",       "parcels",
    "warehouse",    "INSERT INTO parcels (order_id, carrier, tracking_id) VALUES ($1, $2, $3)",
    "pg-warehouse", 2400 * kMicro};
const Statement kParcelUpdate = {kPostgres,      "UPDATE parcels",
                                 "UPDATE",       "parcels",
                                 "warehouse",    "UPDATE parcels SET state = $2 WHERE tracking_id = $1",
                                 "pg-warehouse", 2400 * kMicro};
const Statement kMailInsert = {
    kPostgres,   "INSERT mails", "INSERT",
    "mails",     "mail",         "INSERT INTO mails (order_id, template, sent_at) VALUES ($1, $2, now())",
    "pg-orders", 2 * kMilli};

} // namespace statements

namespace faults {

const Fault kDiscountNull = {
    "java.lang.NullPointerException",
    "Cannot invoke Coupon.percent() because the return value of Cart.coupon() is null",
    "java.lang.NullPointerException\\n\\tat shop.checkout.discount.DiscountEngine.apply"
    "(DiscountEngine.java:118)\\n\\tat shop.checkout.OrderPricing.total(OrderPricing.java:64)"
    "\\n\\tat shop.checkout.CheckoutService.priceOrder(CheckoutService.java:203)"};
const Fault kStaleOrder = {
    "jakarta.persistence.OptimisticLockException", "Row was updated or deleted by another transaction",
    "jakarta.persistence.OptimisticLockException\\n\\tat shop.checkout.OrderStore.save"
    "(OrderStore.java:91)\\n\\tat shop.checkout.CheckoutService.store(CheckoutService.java:240)"};
const Fault kPoolExhausted = {
    "java.sql.SQLTransientConnectionException",
    "inventory-pool - Connection is not available, request timed out after 2000ms",
    "java.sql.SQLTransientConnectionException\\n\\tat com.zaxxer.hikari.pool.HikariPool.getConnection"
    "(HikariPool.java:181)\\n\\tat shop.inventory.StockStore.available(StockStore.java:47)"};
const Fault kReserveLock = {
    "java.sql.SQLException", "canceling statement due to lock timeout",
    "java.sql.SQLException\\n\\tat shop.inventory.StockStore.reserve(StockStore.java:88)"
    "\\n\\tat shop.inventory.ReservationConsumer.handle(ReservationConsumer.java:52)"};
const Fault kCacheTimeout = {
    "StackExchange.Redis.RedisTimeoutException", "Timeout performing HGETALL (500ms)",
    "StackExchange.Redis.RedisTimeoutException\\n   at Shop.Cart.CartStore.LoadAsync() in "
    "CartStore.cs:line 71\\n   at Shop.Cart.CartService.GetCart() in CartService.cs:line 33"};
const Fault kCardDeclined = {
    "CardDeclinedError", "The issuer declined the card",
    "CardDeclinedError: The issuer declined the card\\n    at charge (/app/provider.js:57:11)"
    "\\n    at async Payment.charge (/app/payment.js:31:18)"};
const Fault kGatewayTimeout = {
    "TimeoutError", "No answer from api.cardbank.example within 5000 ms",
    "TimeoutError: No answer from api.cardbank.example within 5000 ms\\n    at post "
    "(/app/provider.js:22:9)\\n    at async Payment.charge (/app/payment.js:31:18)"};
const Fault kCatalogDeadline = {
    "context.deadlineExceededError", "context deadline exceeded",
    "goroutine 118 [running]:\\nmain.(*catalog).GetProduct\\n\\t/src/catalog.go:142"};
const Fault kCarrierUnavailable = {
    "requests.exceptions.HTTPError",
    "503 Server Error: Service Unavailable for url: https://api.parcelwing.example/v2/labels",
    "Traceback (most recent call last):\\n  File /app/carrier.py, line 48, in create_label\\n"
    "    response.raise_for_status()"};
const Fault kMailbox = {"Net::SMTPFatalError", "550 5.1.1 mailbox unavailable",
                        "/app/mailer.rb:39:in deliver\\n/app/consumer.rb:17:in handle"};
const Fault kDeadLetter = {
    "shop.inventory.ReservationExpiredException",
    "Reservation request is older than 600 s, sent to reservations.dlq",
    "shop.inventory.ReservationExpiredException\\n\\tat shop.inventory.ReservationConsumer.handle"
    "(ReservationConsumer.java:44)"};

} // namespace faults

} // namespace aisle::demo
