// Requests: the pages before the order, and what all pages share.
#include "demo/json_out.h"
#include "demo/requests.h"

namespace aisle::demo {

const Requests::Page Requests::kHome = {"GET /", "GET", "/"};
const Requests::Page Requests::kSearch = {"GET /api/search", "GET", "/api/search"};
const Requests::Page Requests::kProduct = {"GET /api/products/{productId}", "GET",
                                           "/api/products/{productId}"};
const Requests::Page Requests::kAddToCart = {"POST /api/cart", "POST", "/api/cart"};
const Requests::Page Requests::kCart = {"GET /api/cart", "GET", "/api/cart"};

int64_t Basket::cents() const {
    int64_t sum = 0;
    for (uint8_t i = 0; i < count; ++i)
        sum += demo::products()[products[i]].cents;
    return sum;
}

Cursor Requests::open(const Shopper& shopper, const Page& page, std::string_view path, Nanos at) {
    const InstanceId frontend =
        calls_.topology().instance(Service::Frontend, calls_.rng().below(info(Service::Frontend).replicas));
    Cursor root = calls_.root(frontend, Kind::Server, page.name, at);

    std::string& attributes = calls_.attributes(root);
    addText(attributes, "http.request.method", page.method);
    addText(attributes, "http.route", page.route);
    addText(attributes, "url.scheme", "https");
    addText(attributes, "url.path", path);
    addText(attributes, "server.address", "shop.example.com");
    addNumber(attributes, "server.port", 443);
    addText(attributes, "client.address", "203.0.113." + std::to_string(shopper.address));
    const Agent& agent = shopper.bot ? crawlers()[shopper.agent] : browsers()[shopper.agent];
    addText(attributes, "user_agent.original", agent.text);
    if (shopper.bot)
        addText(attributes, "user_agent.synthetic.type", "bot");
    identify(root, shopper, {});
    calls_.work(root, 2500 * kMicro);
    return root;
}

Outcome Requests::close(Cursor& root, int status) {
    calls_.work(root, 1200 * kMicro);
    calls_.end(root);
    addNumber(calls_.attributes(root), "http.response.status_code", status);
    if (status >= 500)
        calls_.fail(root, std::to_string(status));
    return {root.now, status};
}

void Requests::identify(const Cursor& cursor, const Shopper& shopper, std::string_view orderId) {
    std::string& attributes = calls_.attributes(cursor);
    std::string id;
    appendHex(id, shopper.session);
    addText(attributes, "session.id", id);
    if (shopper.user != 0)
        addText(attributes, "user.id", "u-" + std::to_string(shopper.user));
    if (!orderId.empty())
        addText(attributes, "order.id", orderId);
}

void Requests::readCart(Cursor& caller, const Shopper& shopper, const Basket& basket, bool withProducts) {
    Cursor cart = calls_.enter(caller, Service::Cart, "shop.cart.CartService/GetCart");
    addNumber(calls_.attributes(cart), "cart.items.count", basket.count);
    calls_.work(cart, 500 * kMicro);
    calls_.query(cart, statements::kCartGet);
    if (withProducts) {
        // The shop's N+1: one query a line, in a loop.
        for (uint8_t i = 0; i < basket.count; ++i)
            calls_.query(cart, statements::kProductById);
    }
    identify(cart, shopper, {});
    calls_.leave(caller, cart);
}

void Requests::convertPrices(Cursor& caller) {
    Cursor pricing = calls_.enter(caller, Service::Pricing, "shop.pricing.PricingService/Convert");
    calls_.query(pricing, statements::kRatesGet);
    calls_.work(pricing, 300 * kMicro);
    calls_.leave(caller, pricing);
}

void Requests::recommend(Cursor& caller, uint8_t product, uint32_t others) {
    Cursor service =
        calls_.enter(caller, Service::Recommendation, "shop.recommendation.RecommendationService/List");
    addText(calls_.attributes(service), "product.id", products()[product].id);
    calls_.query(service, statements::kRecommendations);
    for (uint32_t i = 0; i < others; ++i)
        calls_.query(service, statements::kProductById);
    calls_.work(service, 3 * kMilli);
    calls_.leave(caller, service);
}

std::string_view Requests::checkStock(Cursor& caller, const Basket& basket, bool soldOut) {
    Rng& rng = calls_.rng();
    Cursor stock = calls_.enter(caller, Service::Inventory, "shop.inventory.StockService/Check");
    addNumber(calls_.attributes(stock), "cart.items.count", basket.count);
    std::string_view status = "OK";
    if (rng.chance(calls_.model().timeoutChance(stock.now))) {
        stock.now += 2 * kSecond;
        calls_.raise(stock, faults::kPoolExhausted);
        status = "UNAVAILABLE";
    } else {
        // Now and then the planner prefers a full scan over the index.
        const bool slow = rng.chance(8);
        calls_.query(stock, statements::kStockSelect, slow ? 600 * kMilli : 1800 * kMicro);
        calls_.work(stock, 800 * kMicro);
        addFlag(calls_.attributes(stock), "stock.available", !soldOut);
        if (soldOut)
            status = "FAILED_PRECONDITION";
    }
    calls_.leave(caller, stock, status);
    return status;
}

Outcome Requests::browse(const Shopper& shopper, const Basket& basket, Nanos at) {
    Cursor root = open(shopper, kHome, "/", at);

    // The page's parts are asked for together.
    const Nanos fork = root.now;
    Cursor catalog = calls_.enter(root, Service::ProductCatalog, "shop.catalog.CatalogService/ListFeatured");
    calls_.query(catalog, statements::kListCacheGet);
    if (calls_.rng().chance(250))
        calls_.query(catalog, statements::kListProducts);
    calls_.work(catalog, 1500 * kMicro);
    calls_.leave(root, catalog);
    Nanos joined = root.now;

    root.now = fork + 80 * kMicro;
    recommend(root, static_cast<uint8_t>(calls_.rng().below(24)), 3);
    joined = std::max(joined, root.now);

    root.now = fork + 140 * kMicro;
    readCart(root, shopper, basket, false);
    root.now = std::max(joined, root.now);
    return close(root, 200);
}

Outcome Requests::search(const Shopper& shopper, Nanos at) {
    Rng& rng = calls_.rng();
    const std::string_view term = searchTerms()[rng.below(static_cast<uint32_t>(searchTerms().size()))];
    Cursor root = open(shopper, kSearch, "/api/search", at);
    addText(calls_.attributes(root), "url.query", std::string("q=").append(term));

    Cursor search = calls_.enter(root, Service::Search, "shop.search.SearchService/Query");
    addText(calls_.attributes(search), "search.term", term);
    calls_.work(search, 2 * kMilli);
    // Terms the index does not know fall back to a scan of all descriptions.
    if (rng.chance(90))
        calls_.query(search, statements::kSearchLike);
    else
        calls_.query(search, statements::kSearchIndexed);
    calls_.leave(root, search);

    Cursor catalog = calls_.enter(root, Service::ProductCatalog, "shop.catalog.CatalogService/GetMany");
    calls_.query(catalog, statements::kListCacheGet);
    calls_.work(catalog, 900 * kMicro);
    calls_.leave(root, catalog);
    convertPrices(root);
    return close(root, 200);
}

Outcome Requests::product(const Shopper& shopper, uint8_t product, Nanos at) {
    Rng& rng = calls_.rng();
    const std::string_view id = products()[product].id;
    Cursor root = open(shopper, kProduct, std::string("/api/products/").append(id), at);
    addText(calls_.attributes(root), "product.id", id);

    Cursor catalog = calls_.enter(root, Service::ProductCatalog, "shop.catalog.CatalogService/GetProduct");
    addText(calls_.attributes(catalog), "product.id", id);
    addText(calls_.attributes(catalog), "product.name", products()[product].name);
    calls_.query(catalog, statements::kProductCacheGet);
    std::string_view status = "OK";
    if (rng.chance(4)) {
        calls_.query(catalog, statements::kProductById, 900 * kMilli);
        calls_.raise(catalog, faults::kCatalogDeadline);
        status = "DEADLINE_EXCEEDED";
    } else if (rng.chance(300)) {
        calls_.query(catalog, statements::kProductById);
    }
    calls_.work(catalog, 900 * kMicro);
    calls_.leave(root, catalog, status);
    if (status != "OK")
        return close(root, 504);

    const Nanos fork = root.now;
    Basket one;
    one.products[0] = product;
    one.count = 1;
    checkStock(root, one, false); // a page without stock is shown all the same
    Nanos joined = root.now;
    root.now = fork + 70 * kMicro;
    convertPrices(root);
    joined = std::max(joined, root.now);
    root.now = fork + 120 * kMicro;
    recommend(root, product, 2 + rng.below(4));
    root.now = std::max(joined, root.now);
    return close(root, 200);
}

Outcome Requests::addToCart(const Shopper& shopper, const Basket& basket, uint8_t product, Nanos at) {
    Cursor root = open(shopper, kAddToCart, "/api/cart", at);
    addText(calls_.attributes(root), "product.id", products()[product].id);
    addNumber(calls_.attributes(root), "cart.items.count", basket.count);

    // The last piece may go while the page is open, and a sale empties the shelves.
    const uint32_t soldOut = calls_.model().utilisation(at) > 500 ? 120 : 35;
    const std::string_view stock = checkStock(root, basket, calls_.rng().chance(soldOut));
    if (stock == "UNAVAILABLE")
        return close(root, 503);
    if (stock != "OK")
        return close(root, 409);

    Cursor cart = calls_.enter(root, Service::Cart, "shop.cart.CartService/AddItem");
    addText(calls_.attributes(cart), "product.id", products()[product].id);
    identify(cart, shopper, {});
    if (calls_.rng().chance(8)) {
        cart.now += 500 * kMilli;
        calls_.raise(cart, faults::kCacheTimeout);
        calls_.leave(root, cart, "UNAVAILABLE");
        return close(root, 503);
    }
    calls_.query(cart, statements::kCartGet);
    calls_.work(cart, 700 * kMicro);
    calls_.query(cart, statements::kCartSet);
    calls_.leave(root, cart);
    convertPrices(root);
    return close(root, 200);
}

Outcome Requests::viewCart(const Shopper& shopper, const Basket& basket, Nanos at) {
    Cursor root = open(shopper, kCart, "/api/cart", at);
    addNumber(calls_.attributes(root), "cart.items.count", basket.count);
    readCart(root, shopper, basket, true);
    convertPrices(root);
    return close(root, 200);
}

} // namespace aisle::demo
