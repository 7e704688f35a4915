//! The demo's shop: somebody else's website, on another site, with one script tag of ours and a policy of its own.

use leptos::prelude::*;

/// The shop's style sheet. The shop serves it itself: its policy admits no other.
pub const SHOP_STYLE: &str = include_str!("../../../style/shop.css");

/// Where the shop finds the widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopPage {
    /// The address of the widget's loader on the desk's site.
    pub loader: String,
    /// The address of the shop's style sheet on its own site.
    pub style: String,
    /// The way back to the demo's first page.
    pub demo: String,
}

struct Product {
    name: &'static str,
    text: &'static str,
    price: &'static str,
    drawing: &'static str,
    tone: &'static str,
}

const PRODUCTS: [Product; 6] = [
    Product {
        name: "Sidamo",
        text: "Ethiopia, washed. Bergamot, peach.",
        price: "14.00",
        drawing: "#bag",
        tone: "is-clay",
    },
    Product {
        name: "Nariño", text: "Colombia, honey. Plum, cocoa.", price: "13.50", drawing: "#bag", tone: "is-moss"
    },
    Product {
        name: "House espresso",
        text: "A blend for milk. Hazelnut, dark sugar.",
        price: "12.00",
        drawing: "#bag",
        tone: "is-night",
    },
    Product {
        name: "Pour-over set",
        text: "Dripper, carafe, forty filters.",
        price: "48.00",
        drawing: "#dripper",
        tone: "is-sand",
    },
    Product {
        name: "Stoneware mug",
        text: "Thrown by hand, 280 ml.",
        price: "22.00",
        drawing: "#mug",
        tone: "is-clay",
    },
    Product {
        name: "Hand grinder",
        text: "Steel burrs, twenty steps.",
        price: "89.00",
        drawing: "#grinder",
        tone: "is-moss",
    },
];

/// The shop's page.
#[must_use]
pub fn shop_page(page: &ShopPage) -> String {
    Owner::new().with(|| {
        let page = page.clone();
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>"Juniper Coffee"</title>
                    <link rel="stylesheet" href=page.style />
                    <script async src=page.loader></script>
                </head>
                <body>
                    <Drawings />
                    <header class="top">
                        <a class="logo" href="/">
                            "Juniper Coffee"
                        </a>
                        <nav class="links" aria-label="Shop">
                            <a href="#coffee">"Coffee"</a>
                            <a href="#delivery">"Delivery"</a>
                            <a href=page.demo>"About this demo"</a>
                        </nav>
                    </header>
                    <main>
                        <section class="hero">
                            <div>
                                <h1>"Roasted on Monday, at your door by Thursday"</h1>
                                <p>"Small lots from farms that we know by name. Every bag carries its roasting day."</p>
                                <a class="call" href="#coffee">
                                    "See what is fresh"
                                </a>
                            </div>
                            <svg class="art is-clay" viewBox="0 0 200 200" aria-hidden="true">
                                <use href="#bag"></use>
                            </svg>
                        </section>
                        <section id="coffee" aria-labelledby="coffee-title">
                            <h2 id="coffee-title">"This week"</h2>
                            <ul class="shelf">{PRODUCTS.map(|product| view! { <Shelf product=product /> }).into_iter().collect_view()}</ul>
                        </section>
                        <section id="delivery" class="promise" aria-labelledby="delivery-title">
                            <h2 id="delivery-title">"Delivery"</h2>
                            <p>
                                "Free above 40.00. We post on Mondays and Wednesdays. Something wrong with an order? Write to us in the corner: people answer, not a menu."
                            </p>
                        </section>
                    </main>
                    <footer class="bottom">"Juniper Coffee is made up. It stands here so that the chat has a home."</footer>
                </body>
            </html>
        }
        .to_html()
    })
}

#[component]
fn Shelf(product: Product) -> impl IntoView {
    view! {
        <li class="product">
            <svg class=format!("art {}", product.tone) viewBox="0 0 200 200" aria-hidden="true">
                <use href=product.drawing></use>
            </svg>
            <div class="label">
                <h3>{product.name}</h3>
                <span class="price">{product.price}</span>
                <p>{product.text}</p>
            </div>
        </li>
    }
}

/// The four drawings. `.a`, `.b` and `.c` are their tones; the style sheet colours them by product.
#[component]
fn Drawings() -> impl IntoView {
    view! {
        <svg class="drawings" aria-hidden="true">
            <symbol id="bag" viewBox="0 0 200 200">
                <path class="a" d="M58 52h84l8 116a8 8 0 0 1-8 9H58a8 8 0 0 1-8-9z"></path>
                <path class="b" d="M58 52l6-20h72l6 20z"></path>
                <path class="c" d="M70 84h60v62H70z"></path>
                <path class="a" d="M100 96c14 8 14 30 0 38-14-8-14-30 0-38z"></path>
                <path class="c" d="M99 98c6 10-4 22 2 34h-3c-6-12 4-24-2-32z"></path>
            </symbol>
            <symbol id="dripper" viewBox="0 0 200 200">
                <path class="a" d="M54 44h92l-26 52H80z"></path>
                <path class="b" d="M74 96h52v10H74z"></path>
                <path class="c" d="M82 106h36l22 56a12 12 0 0 1-11 16H71a12 12 0 0 1-11-16z"></path>
                <path class="b" d="M68 146h64l6 17a12 12 0 0 1-9 15H71a12 12 0 0 1-9-15z"></path>
            </symbol>
            <symbol id="mug" viewBox="0 0 200 200">
                <path class="b" d="M136 84h10a22 22 0 0 1 0 52h-12v-12h12a10 10 0 0 0 0-28h-10z"></path>
                <path class="a" d="M54 66h84v74a26 26 0 0 1-26 26H80a26 26 0 0 1-26-26z"></path>
                <path class="c" d="M54 66h84v22H54z"></path>
            </symbol>
            <symbol id="grinder" viewBox="0 0 200 200">
                <path class="b" d="M96 40h60a6 6 0 0 1 0 12H104v14h-8z"></path>
                <path class="c" d="M148 28h14v24h-14z"></path>
                <path class="a" d="M74 66h52l6 34H68z"></path>
                <path class="b" d="M68 100h64v8H68z"></path>
                <path class="a" d="M72 108h56v58a10 10 0 0 1-10 10H82a10 10 0 0 1-10-10z"></path>
                <path class="c" d="M72 130h56v10H72z"></path>
            </symbol>
        </svg>
    }
}
