//! What becomes of files (req. 63).

use image::{Rgb, RgbImage, Rgba};

use super::*;

/// A picture that is red at the left and blue at the right.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([200, 0, 0])
        } else {
            Rgb([0, 0, 200])
        }
    })
    .into()
}

fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).expect("writes");
    file.into_inner()
}

fn read(picture: &Picture) -> RgbaImage {
    let image = image::load_from_memory(&picture.content).expect("ours");
    assert_eq!((image.width(), image.height()), (SIDE, SIDE));
    image.to_rgba8()
}

#[test]
fn each_kind_becomes_a_square_of_ours() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let sent = file(&halves(600, 300), format);
        let made = make(&sent, Fit::Crop).expect("taken");
        assert_eq!(made.kind, "image/jpeg");
        let pixels = read(&made);
        let (left, right) = (pixels.get_pixel(40, 128), pixels.get_pixel(216, 128));
        assert!(left[0] > 150 && right[2] > 150, "{format:?}");
        assert!(made.content.len() < 40_000);
    }
}

#[test]
fn the_whole_of_it_stands_on_a_clear_ground() {
    let sent = file(&halves(600, 300), ImageFormat::Png);
    let made = make(&sent, Fit::Whole).expect("taken");
    assert_eq!(made.kind, "image/png");
    let pixels = read(&made);
    assert_eq!(pixels.get_pixel(128, 10), &Rgba([0, 0, 0, 0]));
    assert_eq!(pixels.get_pixel(20, 128)[3], 255);
}

#[test]
fn what_is_smaller_than_a_square_of_ours_grows() {
    let sent = file(&halves(2, 1), ImageFormat::Png);
    for fit in Fit::ALL {
        read(&make(&sent, fit).expect("taken"));
    }
}

#[test]
fn r63_what_is_none_of_the_three_is_refused_whatever_it_is_called() {
    for wrong in [
        &b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"[..],
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"BM\x00\x00",
        b"first_name,last_name",
        b"\xff\xd8",
    ] {
        let answer = make(wrong, Fit::Crop);
        assert!(
            matches!(answer, Err(PictureProblem::Kind | PictureProblem::Broken)),
            "{answer:?}"
        );
    }
}

#[test]
fn r63_a_file_that_breaks_off_is_refused() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let sent = file(&halves(600, 300), format);
        let half = &sent[..sent.len() / 2];
        assert_eq!(
            make(half, Fit::Crop),
            Err(PictureProblem::Broken),
            "{format:?}"
        );
    }
    // A JPEG that breaks off within its pixels may still be read; then it is as good as any.
    let sent = file(&halves(600, 300), ImageFormat::Jpeg);
    for cut in [3, 20, 100] {
        assert!(make(&sent[..cut], Fit::Crop).is_err(), "{cut}");
    }
}

#[test]
fn r63_a_small_file_that_claims_to_be_huge_is_refused_before_it_is_read() {
    // A PNG whose head says 60,000 times 60,000 pixels.
    let mut bomb = file(&halves(2, 2), ImageFormat::Png);
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(make(&bomb, Fit::Crop), Err(PictureProblem::TooWide));
    // One within the width, but of more pixels than memory is set aside for.
    bomb[16..20].copy_from_slice(&9_999_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&9_999_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let answer = make(&bomb, Fit::Crop);
    assert_eq!(answer, Err(PictureProblem::TooWide));
}

/// The check value of a chunk of a PNG (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    });
    !rest
}

/// A JPEG with what a phone writes into it: that it lies on its side, and where it was taken.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    tiff.extend(b"GPSLatitude 51.3811");
    let length = u16::try_from(tiff.len() + 2).expect("short");
    let mut out = jpeg[..2].to_vec();
    out.extend(b"\xff\xe1");
    out.extend(length.to_be_bytes());
    out.extend(tiff);
    out.extend(&jpeg[2..]);
    out
}

#[test]
fn what_the_file_said_beside_its_pixels_is_gone_and_it_stands_upright() {
    let sent = with_exif(&file(&halves(400, 400), ImageFormat::Jpeg));
    let made = make(&sent, Fit::Crop).expect("taken");
    let holds = |needle: &[u8]| {
        let mut windows = made.content.windows(needle.len());
        windows.any(|window| window == needle)
    };
    assert!(!holds(b"Exif") && !holds(b"GPS"));
    // Turned a quarter to the right, red is above and blue below.
    let pixels = read(&made);
    let (above, below) = (pixels.get_pixel(128, 30), pixels.get_pixel(128, 226));
    assert!(above[0] > 150 && below[2] > 150, "{above:?} {below:?}");
}
